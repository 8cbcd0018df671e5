// Plays a film on the page. Nothing is requested from other sites before the click.
// Without this script the link leads to the film on its own site.

for (const film of document.querySelectorAll("[data-video]")) {
  const link = film.querySelector("a");
  if (!film.dataset.video || !link) continue;

  link.setAttribute("role", "button");
  link.addEventListener("keydown", (event) => {
    if (event.key === " ") {
      event.preventDefault();
      link.click();
    }
  });
  link.addEventListener("click", (event) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    const player = document.createElement("iframe");
    const address = new URL(film.dataset.video);
    address.searchParams.set("autoplay", "1");
    player.src = address;
    player.title = film.dataset.title;
    player.allow = "autoplay; fullscreen; picture-in-picture";
    player.allowFullscreen = true;
    player.referrerPolicy = "strict-origin-when-cross-origin";
    const frame = link.parentElement;
    frame.textContent = "";
    frame.append(player);
    player.focus();
  });
}
