// In the CMS: autosave only saves, loses nothing, and an action button works once.
// Wagtail writes the action into the form when its button is pressed. Its autosave would then send
// the whole form again, the action included, if the answer takes longer than a second. The server
// refuses that too (campaigns/cms/idempotent_acts.py).

const ACTION = /^(action|workflow-action)-/;
const PATIENCE = 30_000; // Milliseconds until a button can be pressed again.
const LONGEST_WAIT = 5_000; // Milliseconds to wait for an autosave in progress.
const saves = new WeakMap(); // The newest autosave of each form, as Wagtail's event.
const written = new WeakMap(); // What was in each form at that moment, as Wagtail compares it.
const touched = new WeakSet(); // Forms in which somebody typed before Wagtail began to compare.
const compared = new WeakSet(); // Forms that Wagtail compares with what was saved.
const sent = new WeakMap(); // When the button of each form was pressed.
const resumed = new WeakSet(); // Forms that have waited and are now being submitted.

const controllerOf = (form, name) =>
  window.wagtail?.app.getControllerForElementAndIdentifier(form, name);
const autosaveOf = (form) => controllerOf(form, "w-autosave");
const editsOf = (form) => controllerOf(form, "w-unsaved");

function saving(event) {
  const { target: form } = event;
  const { formData } = event.detail;
  for (const name of [...formData.keys()]) if (ACTION.test(name)) formData.delete(name);
  saves.set(form, event);
  written.set(form, editsOf(form)?.formData);
  if (sent.has(form)) event.preventDefault();
}

// Wagtail now takes everything in the form for saved, also what was typed while it saved. Compared
// with what it has saved, that is an edit, and is saved next. The answer itself fills in some fields.
function noticeWhatCameLater(form, filledIn = {}) {
  const edits = editsOf(form);
  if (!edits || !written.has(form)) return;
  const known = new URLSearchParams(written.get(form));
  for (const [name, value] of Object.entries(filledIn)) if (known.has(name)) known.set(name, value);
  compareWith(known.toString(), edits);
}

function compareWith(saved, edits) {
  edits.initialFormData = saved;
  edits.check();
  if (edits.hasEditsValue) edits.notify(); // Otherwise only once somebody types more.
}

// Wagtail begins to compare two seconds after the page was loaded, when its fields have settled, and
// takes what somebody has typed by then for saved. On pages it begins twice.
function touch({ target, isTrusted }) {
  const form = target.closest?.("[data-edit-form]");
  if (form && isTrusted && !compared.has(form)) touched.add(form);
}

function noticeWhatCameBefore({ target: form }) {
  compared.add(form);
  if (!touched.has(form)) return;
  compareWith("what was loaded", editsOf(form));
}

// Submit the form with the newest revision that autosave has stored.
function saved({ target: form, detail: { data } }) {
  touched.delete(form);
  noticeWhatCameLater(form, data.field_updates);
  const { loaded_revision_id: id, loaded_revision_created_at: moment } = form.elements;
  if (!id || !data.revision_id) return;
  id.value = data.revision_id;
  moment.value = data.revision_created_at;
}

// The server compares it with the task that is current by then.
function nameTask(form) {
  const shown = document.querySelector("[data-task-state]");
  if (!shown || form.elements.task_state) return;
  const field = document.createElement("input");
  Object.assign(field, { type: "hidden", name: "task_state", value: shown.dataset.taskState });
  form.append(field);
}

function send(event) {
  const { target: form, submitter: button } = event;
  if (!form.matches("[data-edit-form]") || resumed.delete(form)) return;
  const hold = () => {
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  if (performance.now() - sent.get(form) < PATIENCE) return hold();
  nameTask(form);
  sent.set(form, performance.now());
  const autosave = autosaveOf(form);
  if (autosave) autosave.activeValue = false;
  const underWay = autosave?.submitPromise;
  if (!underWay) return;
  hold();
  saves.get(form)?.preventDefault(); // Cancel an autosave that has not been sent yet.
  const longest = new Promise((resolve) => setTimeout(resolve, LONGEST_WAIT));
  Promise.race([underWay, longest]).then(() => {
    if (button) button.disabled = false; // Wagtail disables a pressed button, whose name would then not be sent.
    resumed.add(form);
    form.requestSubmit(button);
  });
}

addEventListener("w-autosave:save", saving);
addEventListener("w-autosave:success", saved);
addEventListener("w-unsaved:watch-edits", noticeWhatCameBefore);
for (const name of ["beforeinput", "input"]) addEventListener(name, touch, { capture: true });
addEventListener("submit", send, { capture: true });
for (const form of document.querySelectorAll("[data-edit-form]")) {
  // Wagtail calls this method after a comment is written; no submit event is fired.
  form.submit = () => form.requestSubmit();
}

// After going back, a browser may restore the form as it was, with autosave off.
addEventListener("pageshow", ({ persisted }) => persisted && location.reload());
