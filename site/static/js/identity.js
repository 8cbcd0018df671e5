// The colour picker beside a colour's text box, and the sample that follows what is chosen.
const sample = document.querySelector("[data-sample]");
const form = sample?.closest("form");
const told = sample?.querySelector("[data-told]");

function read(text) {
  const digits = text.trim().replace(/^#/, "").toLowerCase();
  const long = /^[0-9a-f]{3}$/.test(digits) ? digits.replace(/./g, "$&$&") : digits;
  return /^[0-9a-f]{6}$/.test(long) ? `#${long}` : "";
}

for (const picker of document.querySelectorAll("[data-picks]")) {
  const box = document.getElementById(picker.dataset.picks);
  const label = document.querySelector(`label[for="${box.id}"]`);
  picker.setAttribute("aria-label", `${label?.innerText.trim() ?? ""}: ${picker.getAttribute("aria-label")}`);
  picker.hidden = false;
  picker.addEventListener("input", () => {
    box.value = picker.value;
    box.dispatchEvent(new Event("input", { bubbles: true }));
    box.dispatchEvent(new Event("change", { bubbles: true }));
  });
  box.addEventListener("input", () => {
    picker.value = read(box.value) || picker.dataset.default;
  });
}

function say(frame) {
  const words = frame.contentDocument?.querySelector("template[data-said]");
  const place = sample.querySelector("[data-said]");
  if (!words || place.innerHTML === words.innerHTML) return;
  if (place.innerHTML) told.textContent = told.dataset.told; // not when the page is opened
  place.innerHTML = words.innerHTML;
}

function show() {
  const chosen = new FormData(form);
  told.textContent = "";
  for (const frame of sample.querySelectorAll("iframe")) {
    const query = new URLSearchParams({ scheme: frame.dataset.scheme });
    for (const name of sample.dataset.shown.split(" ")) query.set(name, chosen.get(name) ?? "");
    const url = `${sample.dataset.sample}?${query}`;
    if (frame.dataset.url === url) continue;
    frame.dataset.url = url;
    frame.contentWindow.location.replace(url);
  }
}

if (form) {
  let soon;
  const later = () => {
    clearTimeout(soon);
    soon = setTimeout(show, 250);
  };
  form.addEventListener("input", later);
  form.addEventListener("change", later);
  const light = sample.querySelector('[data-scheme="light"]');
  light.addEventListener("load", () => say(light));
  show();
}
