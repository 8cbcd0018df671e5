// In the CMS: Enter in a demand makes the next one, and a pasted list becomes as many demands as it
// has lines, without its bullets and numbers. Without this script, each demand is added by its ⊕.

const DEMAND = 'textarea[name*="demands-"][name$="-value"]';
const BULLET = /^\s*(?:[•·◦‣▪●○*–—-]\s*|\(?\p{Nd}{1,2}[.)]\s+|\(?\p{L}\)\s+)/u;

const blockOf = (box) => box.closest("[data-streamfield-child]");
const linesOf = (text) =>
  text.split(/[\r\n\u2028\u2029]+/).map((line) => line.replace(BULLET, "").trim()).filter(Boolean);

function write(box, text) {
  box.value = text;
  box.dispatchEvent(new Event("input", { bubbles: true }));
}

// The box of the demand after this one; null if there is none.
const after = (box) =>
  blockOf(box).nextElementSibling?.nextElementSibling?.querySelector?.(DEMAND) ?? null;

// The box of a new demand after this one: the ⊕ below a demand inserts the only kind there is.
function next(box) {
  blockOf(box).nextElementSibling?.querySelector("button")?.click();
  return after(box);
}

// Go on in the next box, which on a slow computer takes the focus some frames after Enter. What was
// typed into this one meanwhile belongs there.
function goOn(box, text, frames = 120) {
  const made = after(box);
  made?.focus();
  if (!made || document.activeElement !== made) {
    if (frames) requestAnimationFrame(() => goOn(box, text, frames - 1));
    return;
  }
  if (box.value === text || !box.value.startsWith(text)) return;
  write(made, box.value.slice(text.length) + made.value);
  write(box, text);
}

function press(event) {
  const { target: box, key, shiftKey, isComposing } = event;
  if (key !== "Enter" || shiftKey || isComposing || !box.matches?.(DEMAND)) return;
  event.preventDefault();
  if (!box.value.trim()) return;
  next(box);
  goOn(box, box.value);
}

function paste(event) {
  const { target: box } = event;
  if (!box.matches?.(DEMAND)) return;
  const text = event.clipboardData.getData("text/plain");
  const lines = linesOf(text);
  if (lines.length < 2 && !BULLET.test(text)) return;
  event.preventDefault();
  const [first, ...others] = lines;
  box.setRangeText(first ?? "", box.selectionStart, box.selectionEnd, "end");
  box.dispatchEvent(new Event("input", { bubbles: true }));
  let last = box;
  for (const line of others) {
    const made = next(last);
    if (!made) {
      write(last, `${last.value} ${line}`);
      continue;
    }
    write((last = made), line);
  }
  last.focus();
}

addEventListener("keydown", press);
addEventListener("paste", paste);
