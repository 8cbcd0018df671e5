// In the CMS: autosave saves and does nothing else, and a button that acts is pressed once.
// Wagtail writes the action into the form when its button is pressed. Its autosave would then send
// the whole form again, the action included, if the answer takes longer than a second. The server
// refuses that too (campaigns/cms/idempotent_acts.py).

const ACTION = /^(action|workflow-action)-/;
const PATIENCE = 30_000; // After this many milliseconds a button can be pressed again.
const LONGEST_WAIT = 5_000; // In milliseconds, for an autosave that is under way.
const saves = new WeakMap(); // The newest autosave of each form, as Wagtail's event.
const sent = new WeakMap(); // When the button of each form was pressed.
const resumed = new WeakSet(); // Forms that have waited and are sent now.

const autosaveOf = (form) =>
  window.wagtail?.app.getControllerForElementAndIdentifier(form, "w-autosave");

function saving(event) {
  const { target: form } = event;
  const { formData } = event.detail;
  for (const name of [...formData.keys()]) if (ACTION.test(name)) formData.delete(name);
  saves.set(form, event);
  if (sent.has(form)) event.preventDefault();
}

// The form that is sent at last says which revision it shows, also after autosaves.
function saved({ target: form, detail: { data } }) {
  const { loaded_revision_id: id, loaded_revision_created_at: moment } = form.elements;
  if (!id || !data.revision_id) return;
  id.value = data.revision_id;
  moment.value = data.revision_created_at;
}

// The server compares it with the task that waits by then.
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
  saves.get(form)?.preventDefault(); // If it has not been sent yet, it never will be.
  const longest = new Promise((resolve) => setTimeout(resolve, LONGEST_WAIT));
  Promise.race([underWay, longest]).then(() => {
    if (button) button.disabled = false; // Wagtail disables a pressed button, whose name would then not be sent.
    resumed.add(form);
    form.requestSubmit(button);
  });
}

addEventListener("w-autosave:save", saving);
addEventListener("w-autosave:success", saved);
addEventListener("submit", send, { capture: true });
for (const form of document.querySelectorAll("[data-edit-form]")) {
  // Wagtail sends the form by this method after a comment was written, and no event would come.
  form.submit = () => form.requestSubmit();
}

// A browser that goes back may show the form as it was left, with autosave off.
addEventListener("pageshow", ({ persisted }) => persisted && location.reload());
