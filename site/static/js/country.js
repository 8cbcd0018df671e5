// Proposes the country of the device's clock, and hides the postcode where a country has none.
// Without this script people choose, and leave the postcode empty.

const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const regions = navigator.languages.map((tag) => new Intl.Locale(tag).region);

function zonesOf(country) {
  const place = new Intl.Locale(`und-${country}`);
  return (place.getTimeZones?.() ?? place.timeZones) || [];
}

// The country with the time zone; of several, the one of the browser's languages.
function guess(codes) {
  const found = codes.filter((code) => zonesOf(code).includes(zone));
  return found.find((code) => regions.includes(code)) ?? (found.length === 1 ? found[0] : "");
}

// A country that nobody has to give is not proposed.
for (const select of document.querySelectorAll("select[autocomplete=country]")) {
  if (!select.required || select.value) continue;
  const codes = new Set([...select.options].map(({ value }) => value).filter(Boolean));
  select.value = guess([...codes]);
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
