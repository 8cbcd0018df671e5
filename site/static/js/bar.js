// Shows the bar that links back to the form while no form is in view. In browsers that ignore the design
// it would stand in the text, and move it.

const bar = document.querySelector("[data-bar]");
const forms = document.querySelectorAll(".petition-form");

if (bar && forms.length && getComputedStyle(bar).position === "fixed") {
  const seen = new Set();
  const observer = new IntersectionObserver((changes) => {
    for (const { isIntersecting, target } of changes) seen[isIntersecting ? "add" : "delete"](target);
    bar.hidden = seen.size > 0;
    // The end of the page always has room for the bar: it would move if the room came and went.
    document.documentElement.dataset.barState = bar.hidden ? "hidden" : "shown";
  });
  for (const form of forms) observer.observe(form);
}
