// In the frame of another site: tells that site the height of the page, and replaces the form by a
// link where forms do not work. A classic script, since a sandboxed frame would need CORS for a module.

(() => {
  // WordPress gives each frame that it discovered a secret, which every message must contain.
  const secret = new URLSearchParams(location.hash.replace(/^#\??/, "")).get("secret");
  const tell = (message) => parent.postMessage(message, "*");

  function sayHeight() {
    const height = Math.ceil(document.documentElement.getBoundingClientRect().height);
    tell({ lastdrop: "height", height, page: performance.timeOrigin });
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

  new ResizeObserver(sayHeight).observe(document.documentElement);
  addEventListener("load", sayHeight);
})();
