// Hides the postcode where the chosen country has none.
// Without this script people leave it empty there, which the server accepts.
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
