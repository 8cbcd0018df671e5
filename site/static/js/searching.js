// A search that is typed into a list of the CMS is sent when the typing pauses, and once.
// Wagtail's own pause is as short as that between two keys, and it sends the same text again when
// the box is left.

const PAUSE = 600; // milliseconds
const form = document.querySelector("form[data-search-form]");

// Wagtail reads this when the whole page is there, after this script.
form.setAttribute("data-w-swap-wait-value", PAUSE);
form.addEventListener(
  "change",
  (event) => {
    if (event.target.name === "q") event.stopPropagation();
  },
  true,
);
