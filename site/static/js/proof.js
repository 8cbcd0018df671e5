// The proof of work: while the signer fills in the form, their device performs a small computation.
// The signer notices it only if the form is submitted before it has finished. If it fails, the form is
// sent without it: the signature then counts once it is confirmed, as without this script.

const PATIENCE = 20_000; // milliseconds after which the form is sent without a proof

customElements.whenDefined("altcha-widget").then(() => {
  for (const widget of document.querySelectorAll("altcha-widget[data-worker]")) prove(widget);
});

function prove(widget) {
  const form = widget.previousElementSibling;
  const waiting = form.querySelector("[data-proof-waiting]");
  let work = null;

  // A browser that loads the page anew restores the proof of the last visit, which may be spent.
  form.elements.proof.value = "";
  $altcha.algorithms.set("PBKDF2/SHA-256", () => new Worker(widget.dataset.worker));
  // This option would record how the pointer moves.
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
  // Runs before the form's other scripts, which would count this as the one attempt to send it. It is
  // the window's, since older browsers call the listeners of the form itself in their order.
  addEventListener("submit", (event) => {
    if (event.target !== form) return;
    if (form.elements.proof.value || form.dataset.proof === "given-up") return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (form.dataset.proof) return; // a second click while it waits
    form.dataset.proof = "waiting";
    waiting.textContent = waiting.dataset.proofWaiting;
    const late = new Promise((done) => setTimeout(done, PATIENCE));
    // In a separate task: a browser submits no form while this event is being handled.
    Promise.race([begin(), late]).then(() => setTimeout(() => {
      waiting.textContent = "";
      form.dataset.proof = "given-up";
      form.querySelector(".button").click(); // Safari before 16 has no requestSubmit().
    }));
  }, { capture: true });

  // Somebody who returns to the page needs a new proof.
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    form.elements.proof.value = "";
    delete form.dataset.proof;
    work = null;
  });
}
