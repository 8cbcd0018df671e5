// In the CMS: whoever works with the keyboard goes on where they were. A block that is moved or deleted,
// a filter that is cleared and a menu that closes take the focus with them, and browsers then put it on
// no element, so that a screen reader begins the page again.

const FOCUSABLE = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
const PAUSE = 100; // Milliseconds: blocks disappear slowly, and lists come from the server.

let watching;

const isShown = (element) => element.isConnected && element.getClientRects().length > 0;
const focusableIn = (parent) => [...parent.querySelectorAll(FOCUSABLE)];

function ancestorsOf(element) {
  const ancestors = [];
  for (let each = element.parentElement; each && each !== document.body; each = each.parentElement)
    ancestors.push(each);
  return ancestors;
}

// The elements that may have the focus next, best first: the same one, what follows it and what precedes
// it in the smallest part of the page that is still shown, and then what is new there.
function* nearest({ element, id, ancestors, following, preceding }) {
  yield element;
  if (id && document.getElementById(id)) yield document.getElementById(id);
  for (const part of ancestors.filter(isShown)) {
    const isInside = (other) => part.contains(other);
    yield* following.filter(isInside);
    yield* preceding.filter(isInside);
    yield* focusableIn(part);
  }
}

function watch() {
  clearInterval(watching);
  const element = document.activeElement;
  if (element === document.body) return;
  const all = focusableIn(document);
  const place = all.indexOf(element);
  const following = all.slice(place + 1);
  const preceding = all.slice(0, Math.max(place, 0)).reverse();
  const before = { element, id: element.id, ancestors: ancestorsOf(element), following, preceding };

  watching = setInterval(() => {
    const active = document.activeElement;
    if (active !== document.body && isShown(active)) {
      if (active !== element) clearInterval(watching);
      return;
    }
    for (const next of nearest(before)) {
      if (!isShown(next)) continue;
      next.focus();
      if (document.activeElement === next) return clearInterval(watching);
    }
  }, PAUSE);
}

// A click by the keyboard or by a screen reader counts no presses of a mouse's button.
document.addEventListener("click", ({ detail }) => detail === 0 && watch(), true);
document.addEventListener("keydown", ({ key }) => key === "Escape" && watch(), true);
document.addEventListener("pointerdown", () => clearInterval(watching), true);
