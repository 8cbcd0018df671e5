// After a form that was not accepted, takes the reader to what is wrong.

document.querySelector("[data-errors]")?.focus();
