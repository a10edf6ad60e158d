// The bell in the page head: asks each minute how many notices are unread, and remembers the answer from page to page.
// It rests while the page is hidden or the network is lost, and for ever when the session has ended.
const MINUTE = 60_000;
const LONGEST = 10 * MINUTE;
const MANY = 100;

const bell = document.querySelector("[data-bell]");
if (bell) watch(bell);

function watch(link) {
  const badge = link.querySelector("[data-bell-count]");
  const key = `notices:${link.dataset.bellFor}`;
  let wait = MINUTE;
  let timer = 0;

  const show = (unread) => {
    const text = unread < MANY ? String(unread) : `${MANY - 1}+`;
    badge.hidden = unread === 0;
    badge.textContent = text;
    link.setAttribute("aria-label", unread ? `${link.dataset.label}: ${text}` : link.dataset.label);
  };
  const keep = (unread) => {
    sessionStorage.setItem(key, JSON.stringify({ unread, at: Date.now() }));
    show(unread);
  };
  const plan = (delay) => {
    clearTimeout(timer);
    timer = setTimeout(ask, delay);
  };
  const ask = async () => {
    if (document.hidden || !navigator.onLine) return;
    try {
      const answer = await fetch(link.dataset.bell, { headers: { "X-Background": "1" }, redirect: "manual" });
      if (answer.type === "opaqueredirect") return;
      if (!answer.ok) throw new Error(answer.statusText);
      keep((await answer.json()).unread);
      wait = MINUTE;
    } catch {
      wait = Math.min(wait * 2, LONGEST);
    }
    plan(wait);
  };
  const goOn = () => {
    const known = JSON.parse(sessionStorage.getItem(key) || "null");
    if (known) show(known.unread);
    plan(Math.max(0, known ? known.at + wait - Date.now() : 0));
  };

  document.addEventListener("visibilitychange", goOn);
  window.addEventListener("online", goOn);
  document.addEventListener("submit", (event) => {
    if (event.target.matches("[data-bell-change]")) sessionStorage.removeItem(key);
  });
  const told = document.querySelector("[data-bell-unread]");
  if (told) keep(Number(told.dataset.bellUnread));
  goOn();
}
