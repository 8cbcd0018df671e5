// Adds two conveniences to the plain links: the device's own sharing, and copying the URL.

for (const box of document.querySelectorAll("[data-share]")) {
  const { url, title } = box.dataset;
  const status = box.querySelector("[role=status]");
  const native = box.querySelector("[data-share-native]");
  const copy = box.querySelector("[data-share-copy]");

  if (native && navigator.share) {
    native.hidden = false;
    native.addEventListener("click", () => {
      // Closing the sheet without sharing is not an error.
      navigator.share({ url, title }).catch(() => {});
    });
  }

  if (copy && navigator.clipboard) {
    copy.hidden = false;
    copy.addEventListener("click", async () => {
      try {
        await navigator.clipboard.writeText(url);
        status.textContent = copy.dataset.done;
      } catch {
        status.textContent = copy.dataset.failed;
      }
    });
  }
}
