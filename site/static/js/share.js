// Adds two conveniences to the plain links: the device's own sharing, and copying the URL.

for (const box of document.querySelectorAll("[data-share]")) {
  const { url, title, text } = box.dataset;
  const status = box.querySelector("[aria-live]");
  const native = box.querySelector("[data-share-native]");
  const copy = box.querySelector("[data-share-copy]");

  // On a phone people know this dialog. On a desktop it opens a window that few have used.
  if (navigator.share && matchMedia("(pointer: coarse)").matches) {
    native.hidden = false;
    native.addEventListener("click", () => {
      navigator.share({ url, title, text }).catch(({ name }) => {
        // Closing the sheet without sharing is not an error.
        if (name !== "AbortError") status.textContent = copy.dataset.failed;
      });
    });
  }

  if (navigator.clipboard) {
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
