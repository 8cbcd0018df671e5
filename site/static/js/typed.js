// Remembers the text typed into a form, in this browser tab and nowhere else, so that a signer who
// is waiting for the email can come back and correct their email address (waiting.js).
// Without this script people go back to the petition and type again.

const KEY = "typed";
const forms = document.querySelectorAll(".petition-form");

// Checkboxes are not remembered: each consent has to be given again. So that its signer sees this of the
// folded ones, too, what was unfolded is unfolded again.
const FIELDS = ".field input:not([type=checkbox]), .field select, .field textarea";
const fields = (form) => [...form.querySelectorAll(FIELDS)];
const folded = (form) => form.querySelector(".form-more");

function restore(form, petition) {
  const typed = JSON.parse(sessionStorage.getItem(KEY));
  if (!typed?.again || typed.petition !== petition) return;
  for (const field of fields(form)) if (!field.value) field.value = typed.values[field.name] ?? "";
  if (typed.isUnfolded && folded(form)) folded(form).open = true;
  sessionStorage.setItem(KEY, JSON.stringify({ ...typed, again: false }));
  form.elements.email.focus();
  form.elements.email.select();
}

function remember(form, petition) {
  const values = Object.fromEntries(fields(form).map((field) => [field.name, field.value]));
  // The URL to which the form is submitted shows errors. It is not a page to return to.
  const isHere = !location.pathname.endsWith("/sign/");
  const page = isHere ? location.pathname : JSON.parse(sessionStorage.getItem(KEY))?.page;
  const isUnfolded = folded(form)?.open;
  sessionStorage.setItem(KEY, JSON.stringify({ petition, page, values, isUnfolded }));
}

// What a browser fills in again after loading anew, ticks among it, is not folded away.
function unfold(form) {
  const isFilled = ({ type, checked, value }) => (type === "checkbox" ? checked : value);
  const inside = folded(form)?.querySelectorAll("input, select, textarea") ?? [];
  if ([...inside].some(isFilled)) folded(form).open = true;
}

// Browsers may forbid storage, in a frame of another site for example: in which case nothing is remembered.
function attempt(action) {
  try {
    action();
  } catch {
    // as above
  }
}

for (const form of forms) {
  const petition = new URL(form.action).pathname.replace(/sign\/$/, "");
  attempt(() => restore(form, petition));
  form.addEventListener("submit", () => attempt(() => remember(form, petition)));
}

addEventListener("pageshow", () => forms.forEach(unfold));

// After the thank-you page the form is no longer needed.
if (!forms.length) attempt(() => sessionStorage.removeItem(KEY));
