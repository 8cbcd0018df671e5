// In the CMS: a page that is scrolled does not change the number that was typed last. Browsers count
// up and down when the mouse wheel is turned over a field of numbers in which somebody is.

document.addEventListener("wheel", ({ target }) => {
  if (target === document.activeElement && target.type === "number") target.blur();
});
