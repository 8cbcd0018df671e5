// While the signer waits for the email: shows the email address that they typed, a link to its webmail
// and a link back to the filled-in form (typed.js). None of it leaves the browser.
// Without this script the page explains how to find the email, and links back to the petition.

const KEY = "typed";
const MAILBOXES = [
  ["Gmail", "https://mail.google.com/", "gmail.com googlemail.com"],
  [
    "Outlook",
    "https://outlook.live.com/mail/",
    "outlook.com hotmail.com live.com msn.com outlook.fr hotmail.fr hotmail.co.uk outlook.de hotmail.de",
  ],
  [
    "Yahoo Mail",
    "https://mail.yahoo.com/",
    "yahoo.com ymail.com yahoo.co.uk yahoo.fr yahoo.de yahoo.es yahoo.it yahoo.com.br yahoo.co.in",
  ],
  ["iCloud Mail", "https://www.icloud.com/mail/", "icloud.com me.com mac.com"],
  ["Proton Mail", "https://mail.proton.me/", "proton.me protonmail.com pm.me"],
  ["GMX", "https://www.gmx.net/", "gmx.de gmx.net gmx.at gmx.ch"],
  ["GMX", "https://www.gmx.com/", "gmx.com"],
  ["WEB.DE", "https://web.de/", "web.de"],
  ["AOL Mail", "https://mail.aol.com/", "aol.com"],
  ["Mail.ru", "https://e.mail.ru/", "mail.ru inbox.ru list.ru bk.ru"],
  ["Yandex", "https://mail.yandex.ru/", "yandex.ru ya.ru yandex.com"],
  ["Fastmail", "https://app.fastmail.com/", "fastmail.com"],
  ["Posteo", "https://posteo.de/", "posteo.de"],
  ["mailbox.org", "https://login.mailbox.org/", "mailbox.org"],
];
const box = document.querySelector("[data-typed]");

function show(typed) {
  const { email } = typed.values;
  const domain = email.trim().toLowerCase().split("@").pop();
  const mailbox = MAILBOXES.find(([, , domains]) => domains.split(" ").includes(domain));
  const open = box.querySelector("[data-webmail]");
  if (mailbox) {
    open.textContent = open.dataset.open.replace("{name}", mailbox[0]);
    open.href = mailbox[1];
    open.hidden = false;
  }
  const again = box.querySelector("[data-typed-again]");
  // The link itself has the code by which the reader came (source.js).
  if (typed.page) again.href = typed.page + again.search;
  again.addEventListener("click", () => {
    sessionStorage.setItem(KEY, JSON.stringify({ ...typed, again: true }));
  });
  box.querySelector("[data-typed-email]").textContent = email;
  box.hidden = false;
}

try {
  const typed = JSON.parse(sessionStorage.getItem(KEY));
  if (typed?.petition === box.dataset.typed && typed.values.email) show(typed);
} catch {
  // The browser forbids storage.
}
