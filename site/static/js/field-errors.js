// In the CMS: ties each error of a form to its fields, and takes people to the first one. Wagtail shows
// the error beside the field, and tells a screen reader only that the field is invalid.

const INVALID = "[aria-invalid=true]";
const FIELDS = "input:not([type=hidden]), select, textarea";
const LARGE = "[data-edit-form]:not([data-edit-form=question])"; // Wagtail's own forms for editing.

// The fields of one error. Those of a widget with several, which Django does not mark, belong to it,
// unless it is one of the large forms in which fields contain others.
function fieldsOf(error) {
  const place = error.closest("[data-field-wrapper]");
  const invalid = place?.querySelectorAll(INVALID) ?? [];
  const isLarge = !place || place.closest(LARGE);
  return invalid.length || isLarge ? invalid : place.querySelectorAll(FIELDS);
}

let first = document.querySelector("main .help-critical[role=alert]");
if (first) first.tabIndex = -1;

for (const error of document.querySelectorAll("main [data-field-errors]")) {
  if (!error.querySelector(".error-message")) continue;
  const fields = fieldsOf(error);
  for (const field of fields) {
    error.id ||= `${field.id}-error`;
    const others = field.getAttribute("aria-describedby");
    field.setAttribute("aria-describedby", [error.id, others].filter(Boolean).join(" "));
  }
  // Wagtail's own forms for editing name the number of their errors in a message.
  if (!error.closest(LARGE)) first ??= fields[0];
}

first?.focus();
