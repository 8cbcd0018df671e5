// For sites that show our petitions: each frame becomes as tall as what is in it.

(() => {
  const ours = new URL(document.currentScript.src).origin;
  const shown = new WeakMap();

  addEventListener("message", ({ data, origin, source }) => {
    if (origin !== ours || data?.lastdrop !== "height" || !(data.height > 0)) return;
    for (const frame of document.querySelectorAll("iframe")) {
      if (frame.contentWindow !== source) continue;
      frame.style.height = `${Math.min(data.height, 10_000)}px`;
      // Who has pressed the button at the foot of the form reads on at the top of the next page.
      const isAnother = shown.has(frame) && shown.get(frame) !== data.page;
      if (isAnother && frame.getBoundingClientRect().top < 0) frame.scrollIntoView();
      shown.set(frame, data.page);
    }
  });
})();
