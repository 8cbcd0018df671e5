// In the translation editor: shows the moderation bar above the sentences, keeps a sentence that could
// not be saved, lets “Publish” wait for sentences that are still being saved and say when the editor was
// opened and with which files, and says of each text in which language it is: Arabic is written from right to left, whatever
// the language of the CMS.
// wagtail-localize saves each sentence separately. When the session has expired, it shows an error,
// and the sentence is lost with the page. This script keeps it in the browser tab; after logging in
// again, the translator finds it above the editor, and saves or discards it. It is also kept, and shown
// beside the colleague's, if a colleague has saved the same sentence since the editor was opened.

const editor = document.querySelector(".js-translation-editor");
const opened = document.querySelectorAll("[name^=opened_]");
const KEY = `untranslated ${location.pathname}`;
// What follows a sentence: its translation, or the box in which that is typed.
const TRANSLATION = "li > p + div > :is(p:not(.help), textarea)";
const LONG = 2000; // characters: browsers refuse `keepalive` beyond 64 kilobytes at one time
const send = window.fetch; // the original, which is replaced below
const saving = new Set();
let since = document.querySelector("[name=opened_at]")?.value ?? ""; // "": whatever colleagues wrote
let waiting = false; // a button was pressed, and is pressed again once everything is saved

const unsaved = () => new Map(JSON.parse(sessionStorage.getItem(KEY) ?? "[]"));

function store(sentences) {
  if (sentences.size) sessionStorage.setItem(KEY, JSON.stringify([...sentences]));
  else sessionStorage.removeItem(KEY);
}

function keep(url, text, template = "signed-out") {
  store(unsaved().set(url, text));
  if (!document.querySelector("[data-unsaved]")) show(template, () => location.reload());
}

// It was deleted, or the translator may not change it any more: the CMS leads to the dashboard then.
function isGone({ status, url }) {
  const { home } = document.getElementById("gone").dataset;
  return [403, 404].includes(status) || new URL(url).pathname === home;
}

function ask(url, text, theirs) {
  store(unsaved().set(url, text));
  const replace = () => {
    since = "";
    save();
  };
  const note = document.querySelector("[data-unsaved=rival]") ?? show("rival", replace, discard);
  const shown = Object.assign(document.createElement("p"), { textContent: theirs });
  mark(shown, JSON.parse(editor.dataset.props).locale);
  note.querySelector(".question-buttons").before(shown);
}

function forget(url) {
  const sentences = unsaved();
  if (sentences.delete(url)) store(sentences);
}

// Replaces the browser's function, because the editor offers no event.
function fetchAndKeep(url, options = {}) {
  if (options.method === "DELETE") return remember(send(url, { ...options, keepalive: true }));
  if (options.method !== "PUT" || !(options.body instanceof FormData)) return send(url, options);
  return remember(sendAndKeep(url, options));
}

function remember(request) {
  saving.add(request);
  const end = () => saving.delete(request);
  request.then(end, end);
  return request;
}

async function sendAndKeep(url, options) {
  const text = options.body.get("value");
  try {
    // Translators who leave the page at once do not lose the sentence.
    const headers = { ...options.headers, "X-Opened-At": since };
    const answer = await send(url, { ...options, headers, keepalive: text.length < LONG });
    if (answer.ok && !answer.redirected) forget(url);
    else if (answer.status === 409) ask(url, text, (await answer.json()).theirs);
    else keep(url, text, isGone(answer) ? "gone" : "signed-out");
    return answer;
  } catch (error) {
    keep(url, text);
    throw error;
  }
}

// The editor shows a sentence as translated while it is still being saved. Without this, “Publish”,
// pressed at that moment, could arrive first, and find the sentence missing. The editor's buttons send
// forms without the event `submit`.
async function pressOnceSaved(event) {
  const button = event.target.closest("button[type=submit]");
  if (button?.value === "publish") button.form.append(...opened);
  if (!button || !saving.size) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (waiting) return;
  waiting = true;
  const { size } = unsaved();
  await Promise.allSettled(saving);
  waiting = false;
  if (unsaved().size <= size) button.click();
}

function mark(text, { code, direction }) {
  Object.assign(text, { lang: code, dir: direction });
}

function markTexts() {
  const { sourceLocale, locale } = JSON.parse(editor.dataset.props);
  for (const text of editor.querySelectorAll(TRANSLATION)) {
    mark(text.parentElement.previousElementSibling, sourceLocale);
    mark(text, locale);
  }
}

function show(template, ...actions) {
  const note = document.getElementById(template).content.firstElementChild.cloneNode(true);
  note.dataset.unsaved = template;
  note.querySelectorAll("button").forEach((button, n) => button.addEventListener("click", actions[n]));
  editor.before(note);
  note.scrollIntoView({ block: "center" });
  return note;
}

async function save() {
  const headers = { "X-CSRFToken": editor.querySelector("[name=csrfmiddlewaretoken]").value };
  for (const [url, text] of unsaved()) {
    const body = new FormData();
    body.append("value", text);
    await fetchAndKeep(url, { method: "PUT", body, headers });
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
  window.fetch = fetchAndKeep;
  window.addEventListener("click", pressOnceSaved, true);
  markTexts();
  // The editor makes these elements anew whenever somebody types or saves.
  new MutationObserver(markTexts).observe(editor, { childList: true, subtree: true });
  if (unsaved().size) show("unsaved", save, discard);
}
