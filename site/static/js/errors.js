// After a form with errors, takes the reader to the first error.

document.querySelector("[data-errors]")?.focus();
