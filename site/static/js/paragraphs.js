// In the translation editor: Shift+Enter begins a paragraph, which is written as ¶. The text box of
// wagtail-localize has one line: Enter saves it, and line ends are dropped.

function begin(event) {
  const { target: box, key, shiftKey } = event;
  if (key !== "Enter" || !shiftKey || !box.matches(".js-translation-editor textarea")) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  box.setRangeText("¶", box.selectionStart, box.selectionEnd, "end");
  box.dispatchEvent(new Event("input", { bubbles: true }));
}

addEventListener("keydown", begin, { capture: true });
