// Carries the code of the link by which a reader came (?source=…, ?utm_source=…) to the form, without
// a cookie: from URL to URL, and into the form's hidden field. A classic script, because it also runs
// in frames. Without it the server reads the code from the URL of the page with the form.

(() => {
  const HALF = /^[a-z0-9._-]{1,40}$/;
  const half = (text) => {
    const found = (text ?? "").trim().toLowerCase().replace(/\s+/g, "-");
    return HALF.test(found) ? found : "";
  };
  const join = (...halves) => halves.map(half).filter(Boolean).join("/");
  const asked = new URLSearchParams(location.search);
  const fields = document.querySelectorAll("form[method=post] input[name=source]");
  // After a form error the URL has no code, and the server has put the code into the form.
  const code = join(...(asked.get("source") ?? "").split("/", 2))
    || join(asked.get("utm_source"), asked.get("utm_campaign"))
    || (fields[0]?.value ?? "");

  // The embedding site: it may frame the petition, and only its host name is recorded.
  if (self !== top) {
    const address = location.ancestorOrigins?.[0] || document.referrer;
    const around = address.match(/^https?:\/\/([^/:]+)/)?.[1];
    for (const field of document.querySelectorAll("input[name=framed_by]")) {
      if (around && around !== location.hostname && !field.value) field.value = around;
    }
  }

  if (!code) return;
  for (const field of fields) field.value = code;

  for (const link of document.querySelectorAll("a[href]")) {
    const isPage = link.origin === location.origin && link.pathname.endsWith("/");
    if (!isPage || link.getAttribute("href").startsWith("#")) continue;
    const url = new URL(link.href);
    if (!url.searchParams.has("source")) url.searchParams.set("source", code);
    link.href = url.href;
  }

  // Links that editors have put on the cached thank-you page, to other sites.
  for (const link of document.querySelectorAll("[data-onward]")) {
    link.href = link.dataset.onward.split("{source}").join(code);
  }

  for (const form of document.forms) {
    if (form.method !== "get") continue;
    const field = Object.assign(document.createElement("input"), { type: "hidden", name: "source" });
    field.value = code;
    form.append(field);
  }

  // A reader who came through a shared link and shares it again: "whatsapp" becomes "whatsapp-2", and
  // so on up to 9. The code counts how often a link was passed on, and says nothing about who did so.
  for (const box of document.querySelectorAll("[data-share]")) {
    const parts = [box, ...box.querySelectorAll("a[href]")];
    const texts = parts.map((part) => (part === box ? box.dataset.url : part.getAttribute("href")));
    const shares = /source(?:=|%3D)([a-z]+)(?![\w-])/;
    const known = texts.map((text) => text.match(shares)?.[1]);
    const [, base, number] = code.match(/^([a-z]+)(?:-([2-9]))?$/) ?? [];
    if (!base || !known.includes(base)) continue;
    const next = Math.min(Number(number ?? 1) + 1, 9);
    parts.forEach((part, place) => {
      const text = texts[place].replace(shares, `$&-${next}`);
      if (part === box) box.dataset.url = text;
      else part.setAttribute("href", text);
    });
  }
})();
