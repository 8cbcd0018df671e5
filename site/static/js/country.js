// Proposes the country of the device's clock, and hides the postcode where a country has none.
// Without this script people choose, and leave the postcode empty.

// A format takes an old phone a tenth of a second. Temporal, where the browser has it, takes none.
const zone = globalThis.Temporal?.Now.timeZoneId()
  ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
const regions = navigator.languages.map((tag) => new Intl.Locale(tag).region);

function zonesOf(country) {
  const place = new Intl.Locale(`und-${country}`);
  return (place.getTimeZones?.() ?? place.timeZones) || [];
}

const hasZone = (country) => zonesOf(country).includes(zone);
const breath = () => new Promise((done) => setTimeout(done));

// The country with the time zone; of several, the one of the browser's languages. An old phone takes
// seconds for all countries, so it looks at those of the languages first, and never computes for long.
async function guess(codes) {
  const own = regions.find((code) => codes.includes(code) && hasZone(code));
  if (own) return own;
  // Browsers that hide where their reader is show UTC, or the time of Iceland.
  if (!zone?.includes("/") || zone === "Atlantic/Reykjavik") return "";
  const found = [];
  let since = 0;
  for (const code of codes) {
    if (performance.now() - since > 10) {
      await breath();
      since = performance.now();
    }
    if (hasZone(code)) found.push(code);
  }
  return found.length === 1 ? found[0] : "";
}

// A country that nobody has to give is not proposed.
for (const select of document.querySelectorAll("select[autocomplete=country]")) {
  if (!select.required || select.value) continue;
  const codes = new Set([...select.options].map(({ value }) => value).filter(Boolean));
  guess([...codes]).then((country) => {
    if (!country || select.value) return;
    select.value = country;
    select.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

for (const input of document.querySelectorAll("[data-without]")) {
  const { country } = input.form.elements;
  const field = input.closest(".field");
  const without = new Set(input.dataset.without.split(" "));
  const look = () => {
    field.hidden = input.disabled = without.has(country.value);
  };
  country.addEventListener("change", look);
  look();
}
