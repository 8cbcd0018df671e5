// While a signature is on its way, the button shows it, and who presses again sends nothing twice.
// Without this file nothing is counted twice either, but the mail may come twice.

const PATIENCE = 10_000; // who still waits after so long may try again
const forms = document.querySelectorAll(".petition-form");

for (const form of forms) {
  form.addEventListener("submit", (event) => {
    const now = performance.now();
    if (now - form.dataset.sending < PATIENCE) event.preventDefault();
    else form.dataset.sending = now;
  });
}

// Who comes back finds it as it was.
addEventListener("pageshow", () => forms.forEach((form) => delete form.dataset.sending));
