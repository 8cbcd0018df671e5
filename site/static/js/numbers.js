// In the CMS: scrolling the page does not change a number. When a number field has the focus, browsers
// change its value as the mouse wheel turns over it.

document.addEventListener("wheel", ({ target }) => {
  if (target === document.activeElement && target.type === "number") target.blur();
});
