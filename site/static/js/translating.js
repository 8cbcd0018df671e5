// In the translation editor: shows the moderation bar above the sentences, and keeps a sentence that
// could not be saved.
// wagtail-localize saves each sentence separately. When the session has expired, it shows an error,
// and the sentence is lost with the page. This script keeps it in the browser tab; after logging in
// again, the translator finds it above the editor, and saves or discards it.

const editor = document.querySelector(".js-translation-editor");
const KEY = `untranslated ${location.pathname}`;
const send = window.fetch; // the original, which is replaced below

const unsaved = () => new Map(JSON.parse(sessionStorage.getItem(KEY) ?? "[]"));

function store(sentences) {
  if (sentences.size) sessionStorage.setItem(KEY, JSON.stringify([...sentences]));
  else sessionStorage.removeItem(KEY);
}

function keep(url, text) {
  store(unsaved().set(url, text));
  if (!document.querySelector("[data-unsaved]")) show("signed-out", () => location.reload());
}

function forget(url) {
  const sentences = unsaved();
  if (sentences.delete(url)) store(sentences);
}

// Replaces the browser's function, because the editor offers no event.
async function sendAndKeep(url, options = {}) {
  if (options.method !== "PUT" || !(options.body instanceof FormData)) return send(url, options);
  const text = options.body.get("value");
  try {
    const answer = await send(url, options);
    if (answer.ok && !answer.redirected) forget(url);
    else keep(url, text);
    return answer;
  } catch (error) {
    keep(url, text);
    throw error;
  }
}

function show(template, ...actions) {
  const note = document.getElementById(template).content.firstElementChild.cloneNode(true);
  note.dataset.unsaved = "";
  note.querySelectorAll("button").forEach((button, n) => button.addEventListener("click", actions[n]));
  editor.before(note);
  note.scrollIntoView({ block: "center" });
}

async function save() {
  const headers = { "X-CSRFToken": editor.querySelector("[name=csrfmiddlewaretoken]").value };
  for (const [url, text] of unsaved()) {
    const body = new FormData();
    body.append("value", text);
    await sendAndKeep(url, { method: "PUT", body, headers });
  }
  location.reload();
}

function discard() {
  store(new Map());
  location.reload();
}

if (editor) {
  // wagtail-localize's template has no block between its header and the sentences.
  const moderation = document.querySelector(".translation-moderation");
  if (moderation) editor.before(moderation);
  window.fetch = sendAndKeep;
  if (unsaved().size) show("unsaved", save, discard);
}
