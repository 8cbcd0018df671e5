// In the CMS: a form waits for the last letters of a text or a title.
// Wagtail's text editor hands over what is typed after a pause of 250 ms. Without this file, who
// presses Ctrl+S at once saves the page without them: the whole sentence, if it was typed in one go.
// And a new page, whose address follows its title as slowly, would be refused for want of one.

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
    if (button) button.disabled = false; // a button that was pressed is: its name would not be sent
    form.requestSubmit(button);
  }, left);
}

for (const change of ["keydown", "input", "paste", "drop"]) {
  document.addEventListener(change, typing, { capture: true });
}
addEventListener("submit", wait, { capture: true });
