// In the CMS: text typed just before a form is submitted is submitted with it.
// Wagtail's text editor updates its field after a pause of 250 ms, and later on a busy machine.
// Without this script, people who press Ctrl+S immediately would lose everything since the last pause,
// and a new page, whose slug follows its title with the same delay, would be refused without a slug.

const PAUSE = 400;
let handedOver = 0;

function typing({ target: { name } }) {
  if (name === "title") handedOver = performance.now() + PAUSE;
}

function writeDown(field) {
  const state = field.draftailEditor.getEditorState();
  field.value = JSON.stringify(window.Draftail.serialiseEditorStateToRaw(state));
}

function wait(event) {
  const { target: form, submitter: button } = event;
  for (const field of form.elements) if (field.draftailEditor) writeDown(field);
  const left = handedOver - performance.now();
  if (left <= 0) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  setTimeout(() => {
    if (button) button.disabled = false; // Wagtail disables a pressed button, whose name would then not be sent.
    form.requestSubmit(button);
  }, left);
}

document.addEventListener("input", typing, { capture: true });
addEventListener("submit", wait, { capture: true });
