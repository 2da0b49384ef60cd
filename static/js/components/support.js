// 附议: the form works alone; here it answers in place.
import { post } from "./post.js";

const CHECK = "M3 8.5 6.5 12 13 4.5";
const PLUS = "M8 3v10M3 8h10";

/** Show on a button whether it is pressed, and how many are behind it. */
export function paint(button, { supported, support_count: count }, words) {
  button.setAttribute("aria-pressed", String(supported));
  if (button.name) button.value = supported ? "no" : "yes";
  button.querySelector("[data-support-label], [data-label]").textContent = supported ? words.on : words.off;
  button.querySelector("[data-support-count], [data-count]").textContent = count;
  button.querySelector("svg path")?.setAttribute("d", supported ? CHECK : PLUS);
}

/** Send one support or take it back; `say` shows what went wrong. */
export async function send(button, url, fields, words, say) {
  if (button.getAttribute("aria-busy") === "true") return;
  button.setAttribute("aria-busy", "true");
  say("", false);
  try {
    const answer = await post(url, fields, words.failed);
    paint(button, answer, words);
    say(answer.message ?? "", false);
  } catch (error) {
    say(error.message, true);
  } finally {
    button.removeAttribute("aria-busy");
  }
}

/** How a message is shown beside its button. */
export function speaker(place) {
  return (text, wrong) => {
    place.textContent = text;
    place.toggleAttribute("data-error", wrong);
  };
}

export function start(form) {
  const button = form.querySelector("button[name=support]");
  const say = speaker(form.querySelector("[data-support-message]"));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const fields = new FormData(form);
    fields.set("support", button.value);
    send(button, form.getAttribute("action"), fields, form.dataset, say);
  });
}
