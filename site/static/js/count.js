// Updates the counts on the page while it is visible.
// Without this script the page shows the count from when it was served.

const EVERY = 10_000;
const SOON = 5_000; // after signing, so that signers see themselves counted
const places = [...document.querySelectorAll("[data-count-url]")];
let waiting = 0;
let pause = places.some((place) => "countSoon" in place.dataset) ? SOON : EVERY;

// Groups the digits as the page does: browsers group some languages in another way, such as Spanish.
function format(number) {
  const { thousands } = document.body.dataset;
  return String(number).replace(/\B(?=(\d{3})+$)/g, thousands);
}

function show(place, { count, goal }) {
  if (count === null) return; // The count is too small to be public.
  const set = (name, change) => place.querySelectorAll(`[data-${name}]`).forEach(change);
  const write = (number) => (element) => {
    if (element.textContent.replace(/\D/g, "") !== String(number)) element.textContent = format(number);
  };
  set("count-none", (element) => { element.hidden = count > 0; });
  set("count-some", (element) => { element.hidden = count === 0; });
  set("count", (element) => { element.hidden = count === 0; });
  set("count", write(count));
  if (goal) set("goal", write(goal));
  if (goal) set("left", write(Math.max(goal - count, 0)));
  set("progress", (element) => {
    if (!goal) return;
    element.max = goal;
    element.value = count;
  });
}

async function refresh(url) {
  const answer = await fetch(url, { credentials: "omit", headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`${answer.status}`);
  const news = await answer.json();
  places.filter((place) => place.dataset.countUrl === url).forEach((place) => show(place, news));
  return news.state === "open";
}

async function turn() {
  waiting = 0;
  const urls = new Set(places.map((place) => place.dataset.countUrl));
  const answers = await Promise.allSettled([...urls].map(refresh));
  // Back off after errors. The count of a closed petition is final.
  const failed = answers.some(({ status }) => status === "rejected");
  pause = failed ? Math.min(pause * 2, 300_000) : EVERY;
  if (failed || answers.some(({ value }) => value)) plan();
}

function plan() {
  if (!waiting && !document.hidden) waiting = setTimeout(turn, pause);
}

document.addEventListener("visibilitychange", () => {
  clearTimeout(waiting);
  waiting = 0;
  plan();
});

if (places.length) plan();
