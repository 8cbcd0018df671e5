// Proposes the country of the device's clock, and hides the postcode where a country has none.
// Without this script people choose, and leave the postcode empty.

// Creating a formatter takes a tenth of a second on an old phone. Temporal, where available, is faster.
const zone = globalThis.Temporal?.Now.timeZoneId()
  ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
const regions = navigator.languages.map(regionOf);

// A browser may give the name that the device has for a language, which need not be one of the web.
function regionOf(tag) {
  try {
    return new Intl.Locale(tag).region;
  } catch {
    return undefined;
  }
}

function zonesOf(country) {
  const place = new Intl.Locale(`und-${country}`);
  return (place.getTimeZones?.() ?? place.timeZones) || [];
}

const hasZone = (country) => zonesOf(country).includes(zone);
const breath = () => new Promise((done) => setTimeout(done));

// The country of the time zone; if there are several, the one of the browser's languages. Checking all
// countries takes seconds on an old phone, so those of the languages come first, within a time limit.
async function guess(codes) {
  const own = regions.find((code) => codes.includes(code) && hasZone(code));
  if (own) return own;
  // Browsers that hide the reader's location report UTC or the time zone of Iceland.
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

// Do not propose a country where the field is optional.
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
