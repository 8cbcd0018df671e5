// In the site header, Escape closes an open submenu first, then the menu. The focus returns to the
// element that opened it. What is open lies over the page, so it closes once the focus is on the page.

const head = document.querySelector(".site-head");

document.addEventListener("keydown", ({ key, target }) => {
  if (key !== "Escape" || (target !== document.body && !head.contains(target))) return;
  const open = target.closest("details[open]") ?? [...head.querySelectorAll("details[open]")].pop();
  if (!open) return;
  open.open = false;
  open.querySelector("summary").focus();
});

head.addEventListener("focusout", ({ relatedTarget }) => {
  // There is no target where the focus goes to another window.
  if (!relatedTarget || head.contains(relatedTarget)) return;
  for (const open of head.querySelectorAll("details[open]")) open.open = false;
});
