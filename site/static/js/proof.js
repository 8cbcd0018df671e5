// The proof of work: while somebody fills in the form, their device does a small sum. Nothing of it
// is seen unless the form is sent before it is done. If it cannot be done, the form is sent without
// it: the signature then counts once it is confirmed, as for readers without this script.

const PATIENCE = 20_000; // milliseconds after which the form is sent as it is

customElements.whenDefined("altcha-widget").then(() => {
  for (const widget of document.querySelectorAll("altcha-widget[data-worker]")) prove(widget);
});

function prove(widget) {
  const form = widget.previousElementSibling;
  const waiting = form.querySelector("[data-proof-waiting]");
  let work = null;

  $altcha.algorithms.set("PBKDF2/SHA-256", () => new Worker(widget.dataset.worker));
  // It would watch how the pointer moves.
  widget.configure({ humanInteractionSignature: false, minDuration: 0 });

  const begin = () => {
    work = work ?? widget.verify().then((found) => {
      form.elements.proof.value = found?.payload ?? "";
    }, () => {});
    return work;
  };
  widget.addEventListener("expired", () => {
    form.elements.proof.value = "";
    work = null;
  });

  form.addEventListener("focusin", begin, { once: true });
  // Before the other scripts of the form, which count this as the one attempt to send it.
  form.addEventListener("submit", (event) => {
    if (form.elements.proof.value || form.dataset.proof === "given-up") return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (form.dataset.proof) return; // a second click while it waits
    form.dataset.proof = "waiting";
    waiting.hidden = false;
    const late = new Promise((done) => setTimeout(done, PATIENCE));
    // In a task of its own: while this event lasts, a browser sends no form.
    Promise.race([begin(), late]).then(() => setTimeout(() => {
      waiting.hidden = true;
      form.dataset.proof = "given-up";
      form.querySelector(".button").click(); // Safari before 16 has no requestSubmit().
    }));
  }, { capture: true });

  // Who comes back to the page needs another proof.
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    form.elements.proof.value = "";
    delete form.dataset.proof;
    work = null;
  });
}
