// Where staff sign in and set up their second step, a form is sent once.
// The answer to a second click would take the place of the first, which may show backup codes that
// nobody sees again, or has begun another session. Without this script people may have to sign in
// again, and to create new backup codes.

const PATIENCE = 30_000; // Milliseconds until a form can be sent again.
let sent = new WeakMap();

function send(event) {
  if (event.defaultPrevented) return; // passkey.js asks for the passkey first.
  const now = performance.now();
  if (now - sent.get(event.target) < PATIENCE) event.preventDefault();
  else sent.set(event.target, now);
}

if (document.body.classList.contains("login")) {
  addEventListener("submit", send);
  addEventListener("pageshow", () => (sent = new WeakMap()));
}
