// In the CMS: a list pasted as plain text becomes a real list, without its typed bullets and numbers.
// Wagtail's editor recognises lists only in formatted text.
(() => {
  const { ContentState, EditorState, Modifier } = window.DraftJS;
  const MARKS = [
    ["unordered-list-item", /^\s*(?:[•·◦‣▪●○]\s*|[*–—-]\s+)/u],
    ["ordered-list-item", /^\s*\(?\p{Nd}{1,2}[.)]\s+/u],
  ];

  const markOf = (line) => MARKS.find(([, mark]) => mark.test(line));

  // A single marked line is not a list: “12. May was the day” and “– Stay, she said” are sentences.
  function blocksOf(text) {
    const lines = text.split(/[\r\n\u2028\u2029]+/).filter((line) => line.trim());
    const marks = lines.map(markOf);
    return lines.map((line, index) => {
      const mark = marks[index];
      const isListed = mark && [marks[index - 1], marks[index + 1]].includes(mark);
      const words = isListed ? line.replace(mark[1], "") : line;
      return { type: isListed ? mark[0] : "unstyled", text: words.trim() };
    });
  }

  function inserted(state, blocks) {
    let content = Modifier.removeRange(
      state.getCurrentContent(),
      state.getSelection(),
      "backward",
    );
    const [{ type }] = blocks;
    if (content.getSelectionAfter().getStartOffset() && type !== "unstyled") {
      content = Modifier.splitBlock(content, content.getSelectionAfter());
    }
    const place = content.getSelectionAfter();
    // The first pasted line keeps the type of the block into which it is pasted.
    if (!place.getStartOffset()) content = Modifier.setBlockType(content, place, type);
    const pasted = ContentState.createFromText(blocks.map(({ text }) => text).join("\n"), "\n")
      .getBlocksAsArray()
      .map((block, index) => block.set("type", blocks[index].type));
    const fragment = ContentState.createFromBlockArray(pasted).getBlockMap();
    content = Modifier.replaceWithFragment(content, place, fragment);
    // After "insert-fragment" the editor would turn single lines into lists as well.
    return EditorState.push(state, content, "split-block");
  }

  function handlePastedText(text, html, state, { setEditorState }) {
    const blocks = html || !text ? [] : blocksOf(text);
    if (!blocks.some(({ type }) => type !== "unstyled")) return "not-handled";
    setEditorState(inserted(state, blocks));
    return "handled";
  }

  window.draftail.registerPlugin({ type: "PASTED_LISTS", handlePastedText }, "plugins");
})();
