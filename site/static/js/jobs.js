// Refreshes the list of jobs while one of them is running, but not while the window is hidden.

const PAUSE = 3000; // milliseconds
const results = document.querySelector("#listing-results");

async function follow() {
  const address = results.querySelector("[data-jobs-under-way]")?.dataset.jobsUnderWay;
  if (!address) return;
  if (!document.hidden && !results.contains(document.activeElement)) {
    const answer = await fetch(address, { redirect: "error" }).catch(() => null);
    if (answer?.ok) results.innerHTML = await answer.text();
  }
  setTimeout(follow, PAUSE);
}

setTimeout(follow, PAUSE);
