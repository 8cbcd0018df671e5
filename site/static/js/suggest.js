// Suggests pages while the reader types (a combobox as in the ARIA Authoring Practices Guide).
// Without this script the form still searches.

const PAUSE = 150;
const LEAST = 2;

for (const field of document.querySelectorAll("[data-suggestions]")) {
  const input = field.querySelector("input");
  const list = document.createElement("ul");
  const known = new Map();
  let active = -1;
  let waiting = 0;

  list.id = `${input.id}-suggestions`;
  list.className = "suggestions";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", field.dataset.label);
  field.append(list);
  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  close();

  function close() {
    active = -1;
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function words() {
    return input.value.trim().replace(/\s+/g, " ").toLowerCase();
  }

  async function ask(query) {
    if (!known.has(query)) {
      const address = `${field.dataset.suggestions}?${new URLSearchParams({ query })}`;
      const answer = await fetch(address, { credentials: "omit" });
      if (!answer.ok) return [];
      known.set(query, (await answer.json()).suggestions);
    }
    return known.get(query);
  }

  async function suggest() {
    const query = words();
    const found = query.length < LEAST ? [] : await ask(query).catch(() => []);
    if (query !== words() || document.activeElement !== input) return; // The reader has typed more in the meantime.
    close();
    list.textContent = "";
    list.append(...found.map(option));
    list.hidden = !found.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
  }

  function option({ kind, title, url }, index) {
    const item = document.createElement("li");
    const sort = document.createElement("span");
    item.id = `${list.id}-${index}`;
    item.dataset.url = url;
    item.setAttribute("role", "option");
    item.setAttribute("aria-selected", "false");
    sort.textContent = kind;
    item.append(title, " ", sort);
    return item;
  }

  function move(step) {
    const options = [...list.children];
    active = (active + step + options.length + 1) % (options.length + 1);
    // After the last suggestion, the selection returns to the input.
    if (active === options.length) active = -1;
    options.forEach((item, index) => item.setAttribute("aria-selected", String(index === active)));
    if (active < 0) {
      input.removeAttribute("aria-activedescendant");
    } else {
      input.setAttribute("aria-activedescendant", options[active].id);
      options[active].scrollIntoView({ block: "nearest" });
    }
  }

  // The URL keeps the code by which the reader came, which source.js has added to the form.
  function visit({ dataset }) {
    const url = new URL(dataset.url, location.href);
    const code = input.form.elements.source?.value;
    if (code) url.searchParams.set("source", code);
    location.assign(url);
  }

  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(suggest, PAUSE);
  });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (list.hidden || event.isComposing) return;
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in steps) {
      event.preventDefault();
      move(steps[event.key]);
    } else if (event.key === "Enter" && active >= 0) {
      event.preventDefault();
      visit(list.children[active]);
    } else if (event.key === "Escape") {
      event.preventDefault();
      close();
    }
  });
  // The input keeps the focus while a suggestion is being clicked.
  list.addEventListener("pointerdown", (event) => event.preventDefault());
  list.addEventListener("click", ({ target }) => {
    const item = target.closest("[data-url]");
    if (item) visit(item);
  });
}
