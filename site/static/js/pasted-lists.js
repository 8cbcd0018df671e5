// In the CMS: a list pasted as plain text becomes a real list, without its typed bullets and numbers.
// Wagtail's editor recognises lists only in formatted text. And the paragraphs of a pasted email stay
// apart, as do the cells of a table. What is not meant for readers stays out.
(() => {
  const { ContentState, EditorState, Modifier } = window.DraftJS;
  const MARKS = [
    ["unordered-list-item", /^\s*(?:[•·◦‣▪●○]\s*|[*–—-]\s+)/u],
    ["ordered-list-item", /^\s*\(?\p{Nd}{1,2}[.)]\s+/u],
  ];

  const PARAGRAPHS = "p, h1, h2, h3, h4, h5, h6, li, blockquote, pre";
  const BLOCKS = `${PARAGRAPHS}, ul, ol, div`;

  // Draft.js knows none of these as a block, and leaves out a figure with its caption.
  const BOXES = "dl, dt, dd, figure, figcaption";

  // In a text of Word's: what was deleted, and comments with their marks.
  const UNPUBLISHED = "del, .MsoCommentReference, .MsoCommentText, .msocomanchor, .msocomtxt, "
    + "[style*='mso-element:comment']";
  const REDIRECTS = /^https?:\/\/(www\.google\.[a-z.]+\/url|[^/]+\.safelinks\.protection\.outlook\.com\/)\?/;
  const TRACKING = /^(utm_\w+|fbclid|gclid|mc_eid)$/;

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

  // Puts what stands directly in a box, between the blocks in it, into paragraphs.
  function divide(box) {
    let paragraph = null;
    for (const node of [...box.childNodes]) {
      const isBlock = node.nodeType === Node.ELEMENT_NODE
        && (node.matches(BLOCKS) || node.querySelector(BLOCKS));
      if (!isBlock && !paragraph) {
        paragraph = document.createElement("p");
        node.before(paragraph);
      }
      if (isBlock) paragraph = null;
      else paragraph.append(node);
    }
    for (const each of box.querySelectorAll(":scope > p")) {
      while (each.lastChild?.nodeName === "BR") each.lastChild.remove();
      if (!each.textContent.trim()) each.remove();
    }
  }

  function asBox(row) {
    const box = document.createElement("div");
    for (const cell of row.cells) box.append(...(box.hasChildNodes() ? [" "] : []), ...cell.childNodes);
    return box;
  }

  // Email programs write each paragraph as a div. Draft.js knows no div as a block where there is
  // anything else that it knows, such as a list, and no cell at all, so that words would run together.
  function divideAll(body) {
    const boxes = body.querySelectorAll(BOXES);
    for (const each of boxes) {
      const box = document.createElement("div");
      box.append(...each.childNodes);
      each.replaceWith(box);
    }
    const runsTogether = boxes.length || body.querySelector("td, th")
      || (body.querySelector("div") && body.querySelector(PARAGRAPHS));
    if (!runsTogether) return;
    for (const table of [...body.querySelectorAll("table")].reverse()) {
      table.replaceWith(...[...table.rows].map(asBox));
    }
    for (const quote of body.querySelectorAll("blockquote")) {
      if (quote.querySelector(BLOCKS)) quote.replaceWith(...quote.childNodes);
    }
    for (const box of [body, ...body.querySelectorAll("div")]) {
      if (!box.closest("li")) divide(box);
    }
  }

  // In other texts, what was deleted is struck through, and may be meant to be read.
  const isOfWord = (html) => /class="?Mso|mso-|urn:schemas-microsoft-com/.test(html);

  function clean(body, isWord) {
    const rest = body.cloneNode(true);
    for (const each of rest.querySelectorAll(UNPUBLISHED)) each.remove();
    // Whoever copies nothing but a comment wants the comment.
    if (isWord && rest.textContent.trim()) body.replaceChildren(...rest.childNodes);
    for (const mark of body.querySelectorAll("[style*='mso-list:Ignore']")) {
      mark.textContent = `${mark.textContent.trim()} `;
    }
    for (const link of body.querySelectorAll("a[href]")) {
      // A link to a place in the text itself, such as a footnote, would lead to the CMS. Without its
      // link and its small raised digits, the number of a note would be one with the word before it.
      const isInText = link.href.startsWith(`${location.origin}/admin/`);
      if (isInText && /^\s*\p{Nd}+\s*$/u.test(link.textContent)) link.textContent = `[${link.textContent.trim()}]`;
      if (isInText) link.replaceWith(...link.childNodes);
      else if (URL.canParse(link.href)) link.href = untracked(new URL(link.href));
    }
  }

  function untracked(url) {
    const { searchParams: asked } = url;
    if (REDIRECTS.test(url)) {
      const target = asked.get("q") ?? asked.get("url") ?? "";
      if (/^https?:/.test(target) && URL.canParse(target)) return untracked(new URL(target));
    }
    for (const name of [...asked.keys()]) if (TRACKING.test(name)) asked.delete(name);
    return url;
  }

  // Returns "" for what was copied from an editor of ours, which the editor inserts itself.
  function tidied(html) {
    const { body } = new DOMParser().parseFromString(html, "text/html");
    const isOurs = body.querySelector("[data-editor], [data-draftjs-conductor-fragment]");
    if (isOurs || !body.textContent.trim()) return "";
    clean(body, isOfWord(html));
    divideAll(body);
    return body.innerHTML;
  }

  function asHtml(blocks) {
    const box = document.createElement("div");
    for (const { type, text } of blocks) {
      const line = document.createElement(type === "unstyled" ? "p" : "li");
      line.textContent = text;
      if (type !== "unstyled") {
        const list = document.createElement(type === "ordered-list-item" ? "ol" : "ul");
        list.append(line);
        box.append(list);
      } else box.append(line);
    }
    return box.innerHTML;
  }

  function insertedFormatted(state, html) {
    const { contentBlocks, entityMap } = window.DraftJS.convertFromHTML(html);
    const fragment = ContentState.createFromBlockArray(contentBlocks).getBlockMap();
    const content = Modifier.replaceWithFragment(
      state.getCurrentContent(),
      state.getSelection(),
      fragment,
    );
    return EditorState.push(state, content.set("entityMap", entityMap), "insert-fragment");
  }

  // The editor filters out what it cannot store after this kind of change alone.
  const filtering = (setEditorState, lastChangeType = "insert-fragment") => (state) =>
    setEditorState(EditorState.set(state, { lastChangeType }));

  function handlePastedText(text, html, state, { setEditorState }) {
    const formatted = html ? tidied(html) : "";
    const blocks = html || !text ? [] : blocksOf(text);
    if (!formatted && !blocks.length) return "not-handled";
    const set = filtering(setEditorState, formatted ? "insert-fragment" : "split-block");
    const linked = linkPasted(text, formatted || asHtml(blocks), state, { setEditorState: set });
    if (linked === "handled") return linked;
    if (formatted) setEditorState(insertedFormatted(state, formatted));
    else if (blocks.some(({ type }) => type !== "unstyled")) setEditorState(inserted(state, blocks));
    else return "not-handled";
    return "handled";
  }

  window.draftail.registerPlugin({ type: "PASTED_LISTS", handlePastedText }, "plugins");

  // Wherever a text has an address in it, the editor's plugin for links would come before ours and
  // insert the whole text unfiltered. Here, it makes links in what has been prepared above.
  const { LINK } = window.draftail.registerPlugin({ type: "PASTED_LISTS" }, "entityTypes");
  const linkPasted = LINK.onPaste;
  LINK.onPaste = (text, html, state, { setEditorState }) => {
    if (/\s/.test(text)) return "not-handled";
    const formatted = (html && tidied(html)) || html;
    return linkPasted(text, formatted, state, { setEditorState: filtering(setEditorState) });
  };
})();
