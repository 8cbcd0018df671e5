// Refreshes the list of jobs while one of them is running, but not while the window is hidden or the
// list has the focus. Says which job has begun or ended, also to those who do not see the list.

const PAUSE = 3000; // milliseconds
const results = document.querySelector("#listing-results");
const told = document.querySelector("[data-jobs-told]");
let known = stated(results);

function stated(list) {
  const textOf = (row, part) => row.querySelector(part)?.textContent.trim();
  return [...list.querySelectorAll("tbody tr")].map(
    (row) => `${textOf(row, ".job-name b")}: ${textOf(row, ".w-status")}`,
  );
}

function show(html) {
  const list = document.createElement("template");
  list.innerHTML = html;
  const now = stated(list.content);
  const news = now.filter((each) => !known.includes(each));
  known = now;
  if (news.length) told.textContent = news.join(". ");
  if (!results.contains(document.activeElement)) results.innerHTML = html;
}

async function follow() {
  const address = results.querySelector("[data-jobs-under-way]")?.dataset.jobsUnderWay;
  if (!address) return;
  if (!document.hidden) {
    const answer = await fetch(address, { redirect: "error" }).catch(() => null);
    if (answer?.ok) show(await answer.text());
  }
  setTimeout(follow, PAUSE);
}

setTimeout(follow, PAUSE);
