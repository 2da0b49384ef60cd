// Similar suggestions while a title is typed. It only ever offers; sending is never held up.
import { paint, send, speaker } from "./support.js";

const PAUSE = 250;
const SHORTEST = 2;

export function start(panel) {
  const source = document.getElementById(panel.dataset.source);
  if (!source) return;
  const part = (name) => panel.querySelector(`[data-similar-${name}]`);
  const words = panel.dataset;
  let timer = 0;
  let asked = "";
  let running = null;

  function show({ items }) {
    panel.hidden = false;
    part("status").textContent = items.length ? words.found.replace("{n}", items.length) : words.none;
    part("list").replaceChildren(...items.map((item) => row(item, part("item"), words)));
    part("foot").hidden = !items.length;
    part("different").onclick = () => {
      part("field").value = items.map((item) => item.id).join(",");
      part("list").replaceChildren();
      part("foot").hidden = true;
      part("status").textContent = words.thanks;
      nextField(source)?.focus();
    };
  }

  async function ask() {
    const text = source.value.trim();
    if (text === asked) return;
    asked = text;
    running?.abort();
    if (text.length < SHORTEST) {
      panel.hidden = true;
      return;
    }
    running = new AbortController();
    try {
      const url = new URL(words.url, location.href);
      url.searchParams.set("title", text);
      const answer = await fetch(url, { signal: running.signal, headers: { Accept: "application/json" } });
      if (answer.ok) show(await answer.json());
    } catch {
      // Offline or overtaken by the next letter: nothing to say, the form goes on.
    }
  }

  source.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });
  if (source.value) ask();
}

function row(item, template, words) {
  const node = template.content.cloneNode(true);
  const part = (name) => node.querySelector(`[data-${name}]`);
  part("title").textContent = item.title;
  part("title").href = item.url;
  part("excerpt").textContent = item.excerpt;
  part("no").textContent = item.no;
  part("words").textContent = (item.shared_words ?? []).join(" ");
  if (!item.shared_words?.length) part("words").remove();
  const button = part("button");
  const say = speaker(part("message"));
  paint(button, item, words);
  button.addEventListener("click", () => {
    const fields = new FormData();
    fields.set("csrf_token", words.csrf);
    fields.set("support", button.getAttribute("aria-pressed") === "true" ? "no" : "yes");
    send(button, item.support_url, fields, words, say);
  });
  return node;
}

function nextField(source) {
  const fields = [...source.form.querySelectorAll("input:not([type=hidden]), textarea, select")];
  return fields[fields.indexOf(source) + 1];
}
