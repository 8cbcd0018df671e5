// Asks whether an email address such as ada@gmial.com was mistyped; one click corrects it. It never
// refuses an address. Without this script the server asks, if the form has other errors. The rules are in
// campaigns/signing/typos.py.

const NEAR_COM = ["co", "cm", "om"];
// Waits until the signer has finished typing, so that nothing moves while they click a button below.
const PAUSE = 600;
// What a screen reader has said goes away: it would be read a second time, after the button.
const SAID = 5000;

function distance(one, other) {
  let earlier, before = [], row = Array.from({ length: other.length + 1 }, (_, place) => place);
  for (let i = 1; i <= one.length; i++) {
    [earlier, before, row] = [before, row, [i]];
    for (let j = 1; j <= other.length; j++) {
      row[j] = Math.min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (one[i - 1] !== other[j - 1]));
      if (i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]) {
        row[j] = Math.min(row[j], earlier[j - 2] + 1);
      }
    }
  }
  return row[other.length];
}

function nearest(domain, domains) {
  const [name, ...rest] = domain.split(".");
  const ending = rest.join(".");
  if (domains.includes(domain) || domain.length > 30) return "";
  if (!ending && domains.includes(`${name}.com`)) return `${name}.com`;
  const relatives = domains.filter((known) => known.startsWith(`${name}.`));
  if (relatives.length > 1 && ending.length === 2 && !NEAR_COM.includes(ending)) return "";
  let best = "", least = 3;
  for (const known of domains.filter(({ length }) => length >= 8)) {
    const steps = distance(domain, known);
    if (steps < least) [best, least] = [known, steps];
  }
  return least <= (best.length < 10 ? 1 : 2) ? best : "";
}

export function meant(email, domains) {
  const at = email.trim().lastIndexOf("@");
  const found = at > 0 && nearest(email.trim().slice(at + 1).toLowerCase(), domains);
  return found ? email.trim().slice(0, at + 1) + found : "";
}

for (const place of document.querySelectorAll("[data-meant]")) {
  const input = place.closest(".field").querySelector("input");
  const domains = place.dataset.domains.split(" ");
  const told = place.nextElementSibling;
  const [before, after] = place.dataset.meant.split("{email}");
  let waiting, said;

  const take = (email) => {
    input.value = email;
    place.textContent = told.textContent = "";
    input.focus();
  };

  const look = () => {
    // The incomplete domain may still become a known one.
    const typed = input.value.split("@").pop().toLowerCase();
    const isUnderWay = document.activeElement === input
      && domains.some((known) => known.startsWith(typed));
    const email = isUnderWay ? "" : meant(input.value, domains);
    if (email === (place.querySelector("button")?.textContent ?? "")) return;
    place.textContent = told.textContent = "";
    if (!email) return;
    const button = document.createElement("button");
    button.type = "button";
    button.dir = "ltr";
    button.textContent = email;
    button.addEventListener("click", () => take(email));
    place.append(before, button, after);
    // Without a button, which Orca leaves out of what it announces.
    told.textContent = before + email + after;
    clearTimeout(said);
    said = setTimeout(() => (told.textContent = ""), SAID);
  };

  const later = () => {
    clearTimeout(waiting);
    waiting = setTimeout(look, PAUSE);
  };
  input.addEventListener("input", later);
  input.addEventListener("change", later);
  later();
}
