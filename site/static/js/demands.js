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

// Go on in a new demand after this one: the ⊕ below a demand inserts the only kind there is.
function next(box) {
  const block = blockOf(box);
  block.nextElementSibling?.querySelector("button")?.click();
  const made = block.nextElementSibling?.nextElementSibling?.querySelector(DEMAND);
  if (!made) return null;
  // Wagtail hides a new block until it slides down; what is hidden takes no focus, and whoever
  // types on would write into the demand before.
  blockOf(made).style.display = "";
  made.focus();
  // When it slides down, some milliseconds later, Wagtail gives it the focus. On a busy computer
  // somebody may have gone on to the demand after it by then, and would be taken back.
  made.focus = () => delete made.focus;
  return made;
}

function press(event) {
  const { target: box, key, shiftKey, isComposing } = event;
  if (key !== "Enter" || shiftKey || isComposing || !box.matches?.(DEMAND)) return;
  event.preventDefault();
  if (box.value.trim()) next(box);
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
}

addEventListener("keydown", press);
addEventListener("paste", paste);
