// Keys. Every key has a visible control that carries it: data-key="n", data-key="g f".
// Single letters can be switched off (WCAG 2.1.4): <body data-keys="off">.

const editable = "input, textarea, select, [contenteditable]";
const patience = 1500; // milliseconds between "g" and the letter of a place
let begun = null;

const isShown = (element) => element.getClientRects().length > 0;

function controlFor(key) {
  const controls = document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`);
  // A place in the closed menu of a narrow screen can still be gone to.
  return [...controls].find((one) => isShown(one) || one.matches("nav a"));
}

function use(key) {
  const control = controlFor(key);
  if (!control) return false;
  if (control.matches("input, textarea, select")) {
    control.focus();
    control.select?.();
  } else {
    control.click();
  }
  return true;
}

function focusSearch(event) {
  if (use("/")) event.preventDefault();
}

function sequence(key) {
  if (begun && Date.now() - begun < patience) {
    begun = null;
    return `g ${key}`;
  }
  begun = key === "g" ? Date.now() : null;
  return key;
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing) return;
  const key = event.key;
  if ((event.ctrlKey || event.metaKey) && !event.altKey && key.toLowerCase() === "k") {
    focusSearch(event);
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (document.body.dataset.keys === "off") return;
  if (event.target.closest?.(editable) || event.repeat) return;
  if (use(sequence(key))) event.preventDefault();
});
