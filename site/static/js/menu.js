// In the site header, Escape closes an open submenu first, then the menu. The focus returns to the
// element that opened it.

const head = document.querySelector(".site-head");

document.addEventListener("keydown", ({ key, target }) => {
  if (key !== "Escape" || (target !== document.body && !head.contains(target))) return;
  const open = target.closest("details[open]") ?? [...head.querySelectorAll("details[open]")].pop();
  if (!open) return;
  open.open = false;
  open.querySelector("summary").focus();
});
