// For sites that embed our petitions: makes each frame as tall as its content.

(() => {
  const ours = new URL(document.currentScript.src).origin;
  const shown = new WeakMap();

  addEventListener("message", ({ data, origin, source }) => {
    if (origin !== ours || data?.lastdrop !== "height" || !(data.height > 0)) return;
    for (const frame of document.querySelectorAll("iframe")) {
      if (frame.contentWindow !== source) continue;
      frame.style.height = `${Math.min(data.height, 10_000)}px`;
      // After the button at the foot of the form, the reader must see the top of the next page.
      const isAnother = shown.has(frame) && shown.get(frame) !== data.page;
      if (isAnother && frame.getBoundingClientRect().top < 0) frame.scrollIntoView();
      shown.set(frame, data.page);
    }
  });

  // A frame that was there before this script has said its height to nobody.
  for (const frame of document.querySelectorAll(`iframe[src^="${ours}/"]`)) {
    const ask = () => frame.contentWindow?.postMessage({ lastdrop: "ready" }, "*");
    frame.addEventListener("load", ask);
    ask();
  }
})();
