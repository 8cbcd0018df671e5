// In the head of the site, Escape closes what is open: the submenu before the menu that holds it. The
// focus goes back to what has opened it.

const head = document.querySelector(".site-head");

document.addEventListener("keydown", ({ key, target }) => {
  if (key !== "Escape" || (target !== document.body && !head.contains(target))) return;
  const open = target.closest("details[open]") ?? [...head.querySelectorAll("details[open]")].pop();
  if (!open) return;
  open.open = false;
  open.querySelector("summary").focus();
});
