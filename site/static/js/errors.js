// After a form was sent, takes the reader to what the page says of it: its errors, or that it is saved.

document.querySelector("[data-answer]")?.focus();
