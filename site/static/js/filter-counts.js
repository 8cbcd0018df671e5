// Shows beside each choice of a filter how many signatures match it, and offers periods for the
// dates. It requests the numbers when the filters are opened, and again after the list has changed.

const filters = document.querySelector("#filters-drilldown");
const form = filters?.closest("form");
const texts = new WeakMap(); // the original text of each choice
let isFresh = false;

function write(node, number) {
  if (!node) return;
  if (!texts.has(node)) texts.set(node, node.data);
  const text = texts.get(node);
  node.data = number ? `${text.trimEnd()} (${number})` : text;
}

// The text of an option, or of the label around or beside a radio button.
function textOf(choice) {
  if (choice.matches("option")) return choice.firstChild;
  const label = choice.labels?.[0];
  return [...(label?.childNodes ?? [])].findLast(
    (node) => node.nodeType === Node.TEXT_NODE && node.data.trim(),
  );
}

function suggest(input, numbers) {
  if (!input) return;
  let list = document.getElementById(`${input.id}-choices`);
  if (!list) {
    list = document.createElement("datalist");
    list.id = `${input.id}-choices`;
    input.after(list);
    input.setAttribute("list", list.id);
  }
  list.replaceChildren(
    ...Object.entries(numbers).map(([code, number]) => new Option(`${code} (${number})`, code)),
  );
}

function offer(periods) {
  const [from, to] = ["from", "to"].map((end) => form.elements[`signed_at_${end}`]);
  if (!from) return;
  const field = from.closest("[data-field-input]");
  const old = field.querySelector(".filter-periods");
  const focused = [...(old?.children ?? [])].indexOf(document.activeElement);
  old?.remove();
  const buttons = document.createElement("p");
  buttons.className = "filter-periods";
  for (const period of periods) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button-small button-secondary";
    button.textContent = period.label;
    button.addEventListener("click", () => {
      from.value = period.from;
      to.value = period.to;
      to.dispatchEvent(new Event("change", { bubbles: true }));
    });
    buttons.append(button);
  }
  field.append(buttons);
  buttons.children[focused]?.focus();
}

async function ask() {
  if (isFresh) return;
  isFresh = true;
  const query = new URLSearchParams(new FormData(form));
  const address = document.querySelector("[data-filter-counts]").dataset.filterCounts;
  const answer = await fetch(`${address}?${query}`).catch(() => null);
  if (!answer?.ok) {
    isFresh = false;
    return;
  }
  const { dates, source, ...counted } = await answer.json();
  for (const [name, numbers] of Object.entries(counted)) {
    const choices = `select[name="${name}"] option, input[type="radio"][name="${name}"]`;
    for (const choice of filters.querySelectorAll(choices)) {
      write(textOf(choice), numbers[choice.value]);
    }
  }
  if (source) suggest(form.elements.source, source);
  if (dates) offer(dates);
}

filters?.addEventListener("click", ask);
filters?.addEventListener("focusin", ask);
document.addEventListener("w-swap:success", () => {
  isFresh = false;
  if (filters?.querySelector('[aria-expanded="true"]')) ask();
});
