// In the CMS: each note in the “Checks” panel links to its field. Wagtail's own button beside a note
// shows the place in the preview, and there is none for something that is missing.

// The fields of each check (home/checklist.py); those of a petition may be in the form of its page.
const FIELDS = {
  alternative: ["body-count"],
  credit: ["body-count"],
  link: ["body-count"],
  head: ["listing_image"],
  story: ["body-count"],
  summary: ["listing_summary"],
  social: ["listing_image"],
  letter: ["salutation", "opening"],
  target: ["targets-count"],
  goal: ["goal"],
  closing: ["closes_at"],
  ended: ["closes_at"],
  thanks: ["thanks_text"],
};

const OPENING = 200; // Milliseconds that Wagtail needs to open a tab.

const inForm = (name) =>
  document.querySelector(`[data-edit-form] :is([name="own_petition-${name}"], [name="${name}"])`);

function fieldOf(key) {
  const found = (FIELDS[key] ?? []).map(inForm).filter(Boolean);
  return found.find((field) => !field.value) ?? found[0];
}

function lead(field) {
  const tab = field.closest('[role="tabpanel"]');
  if (tab?.hidden) document.querySelector(`[role="tab"][href="#${tab.id}"]`)?.click();
  const panel = field.closest("[data-panel]");
  panel?.querySelector('[data-panel-toggle][aria-expanded="false"]')?.click();
  const target = field.type === "hidden" ? panel?.querySelector(".w-panel__content button") : field;
  setTimeout(() => {
    panel?.scrollIntoView({ block: "start" });
    target?.focus();
  }, OPENING);
}

function press(event) {
  const button = event.target.closest?.("[data-content-checker-selector]");
  const key = /data-check=["']?(\w+)/.exec(button?.textContent ?? "")?.[1];
  const field = key && fieldOf(key);
  if (!field) return;
  event.stopImmediatePropagation();
  event.preventDefault();
  lead(field);
}

addEventListener("click", press, { capture: true });
