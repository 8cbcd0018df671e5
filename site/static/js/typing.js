// In the CMS: delays the sending of a form until the last letters have arrived in its fields.
// Wagtail's text editor updates its field after a pause of 250 ms. Without this script, people who
// press Ctrl+S at once would lose the letters since the last pause, perhaps a whole sentence. A new
// page, whose slug follows its title with the same delay, would be refused without a slug.

const PAUSE = 400;
let handedOver = 0;

function typing(event) {
  const { isContentEditable, name } = event.target;
  if (isContentEditable || name === "title") handedOver = performance.now() + PAUSE;
}

function wait(event) {
  const left = handedOver - performance.now();
  if (left <= 0) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  const { target: form, submitter: button } = event;
  setTimeout(() => {
    if (button) button.disabled = false; // Wagtail disables a pressed button, whose name would then not be sent.
    form.requestSubmit(button);
  }, left);
}

for (const change of ["keydown", "input", "paste", "drop"]) {
  document.addEventListener(change, typing, { capture: true });
}
addEventListener("submit", wait, { capture: true });
