// Work that goes on in the background: the part of the page that shows it is fetched again until it is done.
const PAUSE = 2000;

export function start(shown) {
  const link = shown.querySelector("[data-without-script] a");
  if (link) link.hidden = true;
  setTimeout(() => look(shown), PAUSE);
}

async function look(shown) {
  let fresh;
  try {
    const answer = await fetch(location.href, { credentials: "same-origin" });
    if (!answer.ok || answer.redirected) throw new Error(answer.statusText);
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    fresh = page.querySelector("[data-refresh]");
  } catch {
    setTimeout(() => look(shown), 5 * PAUSE); // the server restarts, or the network is away
    return;
  }
  if (!fresh) {
    location.reload(); // done: the whole page says what came of it
    return;
  }
  const status = shown.querySelector("[role=status]"); // kept in place, so that it is read out
  status.textContent = fresh.querySelector("[role=status]").textContent;
  const [badge, now] = [shown, fresh].map((part) => part.querySelector(".badge"));
  if (badge.textContent !== now.textContent) badge.replaceWith(now);
  const [bar, other] = [shown, fresh].map((part) => part.querySelector("progress"));
  for (const name of ["max", "value"]) {
    if (other.hasAttribute(name)) bar.setAttribute(name, other.getAttribute(name));
  }
  const [numbers, others] = [shown, fresh].map((part) => part.querySelector(".stats"));
  if (others && numbers) numbers.replaceWith(others);
  else if (others) bar.after(others);
  setTimeout(() => look(shown), PAUSE);
}
