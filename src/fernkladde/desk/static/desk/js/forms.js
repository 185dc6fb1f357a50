// Forms: warn before typed words are lost (<form data-guard>), send a filter at once
// when a choice changes (<form data-at-once>), and never send the same form twice.

const changed = new Set();

document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (form?.matches("[data-guard]")) changed.add(form);
});

document.addEventListener("change", (event) => {
  const form = event.target.form;
  if (form?.matches("[data-at-once]") && event.target.matches("select, [type=checkbox]")) {
    form.requestSubmit();
  }
});

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented) return;
  changed.delete(form);
  if (form.method !== "post" || form.closest("[hx-post]")) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  // A form whose answer is a file leaves the page standing: free it again.
  setTimeout(() => delete form.dataset.sent, 3000);
});

// Coming back by the browser's own button, a form may be sent once more.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("[data-sent]")) delete form.dataset.sent;
});

window.addEventListener("beforeunload", (event) => {
  if ([...changed].some((form) => form.isConnected)) event.preventDefault();
});
