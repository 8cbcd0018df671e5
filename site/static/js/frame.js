// In the frame of another site: say how tall the page is, and what to do where forms may not work.
// A classic script: a frame that was cut off from its origin may load it too.

(() => {
  // WordPress gives each frame that it discovered a word to speak by.
  const secret = new URLSearchParams(location.hash.replace(/^#\??/, "")).get("secret");
  const tell = (message) => parent.postMessage(message, "*");

  function sayHeight() {
    const height = Math.ceil(document.documentElement.getBoundingClientRect().height);
    tell({ lastdrop: "height", height, page: performance.timeOrigin });
    if (secret) tell({ message: "height", value: height, secret });
  }

  // Cut off (an opaque origin): neither forms nor new windows work. The link asks the site to go.
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
