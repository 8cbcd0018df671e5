// In the CMS: Enter in a demand adds the next one, and a pasted list becomes one demand per line,
// without its bullets and numbers. Without this script, demands are added with the ⊕ button.

const DEMAND = 'textarea[name*="demands-"][name$="-value"]';
const BULLET = /^\s*(?:[•·◦‣▪●○*–—-]\s*|\(?\p{Nd}{1,2}[.)]\s+|\(?\p{L}\)\s+)/u;

const blockOf = (box) => box.closest("[data-streamfield-child]");
const linesOf = (text) =>
  text.split(/[\r\n\u2028\u2029]+/).map((line) => line.replace(BULLET, "").trim()).filter(Boolean);

function write(box, text) {
  box.value = text;
  box.dispatchEvent(new Event("input", { bubbles: true }));
}

// Continue in a new demand after this one: the ⊕ below a demand inserts the only block type there is.
function next(box) {
  const block = blockOf(box);
  block.nextElementSibling?.querySelector("button")?.click();
  const made = block.nextElementSibling?.nextElementSibling?.querySelector(DEMAND);
  if (!made) return null;
  // Wagtail hides a new block until it slides down. A hidden block takes no focus, so anyone who
  // keeps typing would write into the previous demand.
  blockOf(made).style.display = "";
  made.focus();
  // When it slides down, a few milliseconds later, Wagtail focuses it. On a busy computer the
  // editor may have moved on to the next demand by then, and would be moved back.
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
