// While a signature is being sent, the button shows it, a screen reader says it, and a second click
// sends nothing.
// Without this script no signature is counted twice either, but the email may be sent twice.
// A form that somebody has begun to use stays unfolded (form.css): otherwise it would fold under the
// pointer, and a press on its button or on a link below it would be lost.

const PATIENCE = 10_000; // Milliseconds until people can try again.
const forms = document.querySelectorAll(".petition-form");

function tell(form, isSending) {
  const place = form.querySelector("[data-sending-told]");
  place.textContent = isSending ? place.dataset.sendingTold : "";
}

for (const form of forms) {
  form.addEventListener("submit", (event) => {
    const now = performance.now();
    if (now - form.dataset.sending < PATIENCE) event.preventDefault();
    else form.dataset.sending = now;
    tell(form, true);
  });
  form.addEventListener("focusin", ({ target }) => {
    if (target.matches("input, select, textarea")) form.classList.add("unfolded");
  });
}

// Restores the button for people who come back to the page.
addEventListener("pageshow", () => forms.forEach((form) => {
  delete form.dataset.sending;
  tell(form, false);
}));
