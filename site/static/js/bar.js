// Shows the bar that links back to the form while no form is in view.

const bar = document.querySelector("[data-bar]");
const forms = document.querySelectorAll(".petition-form");

if (bar && forms.length) {
  const seen = new Set();
  const observer = new IntersectionObserver((changes) => {
    for (const { isIntersecting, target } of changes) seen[isIntersecting ? "add" : "delete"](target);
    bar.hidden = seen.size > 0;
  });
  for (const form of forms) observer.observe(form);
}
