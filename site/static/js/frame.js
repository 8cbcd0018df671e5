// In a frame on another site: reports the height of the page to that site, and replaces the form with
// a link where forms do not work. A classic script: in a sandboxed frame a module would need CORS.

(() => {
  // WordPress gives each frame that it embeds a secret, which every message must contain.
  const secret = new URLSearchParams(location.hash.replace(/^#\??/, "")).get("secret");
  const tell = (message) => parent.postMessage(message, "*");
  // Tells this page from the one before it. Safari 14 has no timeOrigin.
  const page = performance.timeOrigin || performance.timing.navigationStart;

  function sayHeight() {
    const height = Math.ceil(document.documentElement.getBoundingClientRect().height);
    tell({ lastdrop: "height", height, page });
    if (secret) tell({ message: "height", value: height, secret });
  }

  // In a sandboxed frame (with an opaque origin) neither forms nor new windows work. The link asks
  // the embedding site to open the petition.
  if (self.origin === "null") {
    document.documentElement.classList.add("cut-off");
    document.addEventListener("click", (event) => {
      const link = event.target.closest("a[data-elsewhere]");
      if (!link || !secret) return;
      event.preventDefault();
      tell({ message: "link", value: link.href, secret });
    });
  }

  // The site's script may be ready only after this one. WordPress asks in words of its own.
  addEventListener("message", ({ data, source }) => {
    if (source === parent && [data?.lastdrop, data?.message].includes("ready")) sayHeight();
  });

  new ResizeObserver(sayHeight).observe(document.documentElement);
  addEventListener("load", sayHeight);
})();
