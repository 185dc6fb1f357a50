// Menus made of <details class="menu"> close on Escape and when one leaves them.

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  const menu = event.key === "Escape" && event.target.closest?.("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

// The arrow keys walk through what the search has found; Escape leaves it.
document.addEventListener("keydown", (event) => {
  const search = event.target.closest?.(".search");
  if (!search) return;
  if (event.key === "Escape") event.target.blur();
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  const stops = [search.querySelector("input"), ...search.querySelectorAll(".hits a")];
  const next = stops.indexOf(event.target) + (event.key === "ArrowDown" ? 1 : -1);
  if (stops[next]) {
    stops[next].focus();
    event.preventDefault();
  }
});
