// In the CMS: nothing that somebody wrote is lost when their session has expired.
// A submitted form is kept in this browser tab until the CMS has answered. Anyone who had to log in
// first finds it above the form afterwards, and saves or discards it. Of a file, only the name of its
// field is kept, as `unsent_file`.

const KEY = "unsaved ";
const ACTION = /^(action|workflow-action)-/;
// These fields belong to the old session or to the earlier state of the form.
const ANEW = new Set(["csrfmiddlewaretoken", "next", "loaded_revision_id", "loaded_revision_created_at"]);

const form = document.querySelector("[data-edit-form]");
const nameOf = (form) => KEY + new URL(form.action, location).pathname;
const kept = () => Object.keys(sessionStorage).filter((name) => name.startsWith(KEY));
let isOffered = false;

function store(form, { typed, isLost }) {
  const [page] = location.href.split("#");
  sessionStorage.setItem(nameOf(form), JSON.stringify({ typed, isLost, page }));
}

function keep(form, { isLost }) {
  if (isOffered) return; // Earlier unsaved input comes first.
  const secrets = [...form.querySelectorAll("[type=password]")].map(({ name }) => name);
  const typed = [...new FormData(form)]
    .filter(([name]) => !ANEW.has(name) && !ACTION.test(name) && !secrets.includes(name))
    .filter(([, value]) => typeof value === "string" || value.name)
    .map(([name, value]) => (typeof value === "string" ? [name, value] : ["unsent_file", name]));
  try {
    store(form, { typed, isLost });
  } catch {
    // The browser's storage is full. Autosave has everything typed up to half a second ago.
  }
}

const forget = (name) => sessionStorage.removeItem(name);

// The answer of the CMS names the page of the form as its referrer, also after a redirect, and shows
// what it could not save. On any other page the form counts as lost: on the login page, after the
// browser's Back button, and after an error page, on which this script does not run.
function lookAround() {
  const [{ type }] = performance.getEntriesByType("navigation");
  const canAnswer = type === "navigate" && !document.body.classList.contains("login");
  for (const name of kept()) {
    const entry = JSON.parse(sessionStorage.getItem(name));
    if (canAnswer && !entry.isLost && document.referrer === entry.page) forget(name);
    else sessionStorage.setItem(name, JSON.stringify({ ...entry, isLost: true }));
  }
}

function send(form, typed) {
  const again = document.createElement("form");
  again.method = "post";
  again.action = form.action;
  again.hidden = true;
  // Wagtail's account page has the field of the token twice.
  const token = ["csrfmiddlewaretoken", form.querySelector("[name=csrfmiddlewaretoken]").value];
  for (const [name, value] of [token, ...typed]) {
    const field = document.createElement("textarea"); // An input element would remove line breaks.
    Object.assign(field, { name, value });
    again.append(field);
  }
  document.body.append(again);
  again.submit();
}

// The form of a question is not sent again, because that would be the answer, such as a victory.
function putBack(form, typed) {
  const shown = [...form.elements].filter(({ type }) => !["hidden", "submit", "button"].includes(type));
  for (const field of shown) {
    const values = typed.filter(([name]) => name === field.name).map(([, value]) => value);
    if (["checkbox", "radio"].includes(field.type)) field.checked = values.includes(field.value);
    else if (values.length) field.value = values[0];
  }
  // The value of a chooser is hidden, and shown by Wagtail alone.
  return [...form.elements].some(
    ({ id, name, value }) =>
      document.getElementById(`${id}-chooser`) && typed.some(([n, v]) => n === name && v && v !== value),
  );
}

function offer(form) {
  const entry = sessionStorage.getItem(nameOf(form));
  if (!entry) return;
  isOffered = true;
  const note = document.getElementById("unsaved").content.firstElementChild.cloneNode(true);
  const [save, discard] = note.querySelectorAll("button");
  const isQuestion = form.dataset.editForm === "question";
  if (isQuestion) save.textContent = save.dataset.question;
  const end = () => {
    isOffered = false;
    forget(nameOf(form));
    note.remove();
  };
  save.addEventListener("click", () => {
    const { typed } = JSON.parse(entry);
    if (isQuestion) {
      const isPictureMissing = putBack(form, typed);
      end();
      if (!isPictureMissing) return;
      note.querySelector(".question-buttons").remove();
      note.querySelector("p").textContent = save.dataset.chooser;
      form.before(note);
    } else {
      store(form, { typed, isLost: false });
      send(form, typed);
    }
  });
  discard.addEventListener("click", end);
  form.before(note);
}

// Wagtail calls it an error of the server when autosave was sent on to the page for signing in, or to
// the dashboard, since the user may edit this no longer; and when somebody has deleted it.
async function sayWhyNot(form) {
  const ask = (url) => fetch(url, { method: "HEAD", redirect: "manual" });
  const isSentOn = ({ type }) => type === "opaqueredirect";
  const answer = await ask(location.href);
  const home = document.getElementById("gone").dataset.home;
  const isGone = answer.status === 404 || (isSentOn(answer) && !isSentOn(await ask(home)));
  if (!(isGone || isSentOn(answer)) || isOffered || document.querySelector("[data-not-saved]")) return;
  const name = isGone ? "gone" : "signed-out";
  const note = document.getElementById(name).content.firstElementChild.cloneNode(true);
  note.dataset.notSaved = name;
  note.querySelector("button")?.addEventListener("click", () => {
    keep(form, { isLost: true });
    // Nothing is lost, so nobody is asked whether to leave the page.
    addEventListener("beforeunload", (event) => event.stopImmediatePropagation(), { capture: true });
    location.reload();
  });
  form.before(note);
}

// Wagtail's dialogs say nothing of a request that was refused, and the button of their form waits.
function sayItFailed(event, { statusText }) {
  if (statusText === "abort") return; // More was typed into a search.
  const dialog = document.querySelector(".modal.in .modal-body");
  const note = document.getElementById("failed").content.firstElementChild.cloneNode(true);
  if (dialog && !dialog.querySelector("[data-failed]")) {
    const header = dialog.querySelector("header"); // Below it, since the button that closes is on it.
    if (header) header.after(note);
    else dialog.prepend(note);
  } else if (!dialog && form) sayWhyNot(form);
}

lookAround();
window.jQuery?.(document).ajaxError(sayItFailed);
if (form) {
  offer(form);
  addEventListener("submit", ({ target }) => target === form && keep(form, { isLost: false }), { capture: true });
  addEventListener("w-autosave:error", ({ target, detail }) => {
    if (target !== form) return;
    keep(form, { isLost: true });
    if (detail.type === "server_error") sayWhyNot(form);
  });
  addEventListener("w-autosave:success", () => isOffered || forget(nameOf(form)));
}
