// In the CMS: signs in with a passkey, or registers a new one. Without this script, or in a browser
// without passkeys, the button stays hidden and people enter a code instead.

const place = document.querySelector("[data-passkey]");
const field = document.querySelector("input[name=passkey]");
const PARSERS = { get: "parseRequestOptionsFromJSON", create: "parseCreationOptionsFromJSON" };

async function answer({ passkey: act, question }) {
  const publicKey = PublicKeyCredential[PARSERS[act]](JSON.parse(question));
  const credential = await navigator.credentials[act]({ publicKey });
  return JSON.stringify(credential.toJSON());
}

async function ask() {
  const note = place.querySelector("[role=alert]");
  note.hidden = true;
  field.value = "";
  try {
    field.value = await answer(place.dataset);
  } catch {
    // The person declined, waited for too long, or has no such device.
    note.hidden = false;
    return;
  }
  field.form.requestSubmit();
}

if (place && field && window.PublicKeyCredential?.[PARSERS[place.dataset.passkey]]) {
  const button = place.querySelector("button");
  place.hidden = false;
  field.value = ""; // A browser may remember it from before.
  button?.addEventListener("click", ask);
  button?.focus();
  if (!button)
    field.form.addEventListener("submit", (event) => {
      if (field.value || !field.form.elements.name.value.trim()) return;
      event.preventDefault();
      ask();
    });
}
