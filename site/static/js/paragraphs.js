// In the translation editor: Shift+Enter starts a new paragraph, shown as ¶. The text box of
// wagtail-localize has a single line: Enter saves it, and line breaks are removed. A note explains this.

const BOX = ".js-translation-editor textarea";

function tell({ target: box }) {
  if (!box.matches?.(BOX) || box.hasAttribute("aria-describedby")) return;
  document.getElementById("paragraphs-help")?.remove();
  box.after(document.getElementById("paragraphs").content.cloneNode(true));
  box.setAttribute("aria-describedby", "paragraphs-help");
}

function begin(event) {
  const { target: box, key, shiftKey } = event;
  if (key !== "Enter" || !shiftKey || !box.matches(BOX)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  box.setRangeText("¶", box.selectionStart, box.selectionEnd, "end");
  box.dispatchEvent(new Event("input", { bubbles: true }));
}

addEventListener("keydown", begin, { capture: true });
addEventListener("focusin", tell);
