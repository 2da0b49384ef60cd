// A draft on this device, only if the person asks for it: others may use the same computer.
// Its key names topic and person; contact details and files are never in it.
const PREFIX = "jisi-draft:";
const FIELDS = ["title", "facts", "proposal", "place", "clause", "question", "kind"];
const PAUSE = 600;

export function start(element) {
  if (element.dataset.draftClear) forget(PREFIX + element.dataset.draftClear);
  else keep(element);
}

function keep(panel) {
  const form = panel.closest("form");
  const key = PREFIX + panel.dataset.draft;
  const box = panel.querySelector("[data-draft-keep]");
  const status = panel.querySelector("[data-draft-status]");
  const fields = FIELDS.map((name) => form.elements[name]).filter(Boolean);
  let timer = 0;
  if (!usable()) return;
  panel.hidden = false;

  const save = () => {
    if (!box.checked) return;
    const values = Object.fromEntries(fields.map((field) => [field.name, field.value]));
    localStorage.setItem(key, JSON.stringify(values));
    status.textContent = panel.dataset.kept.replace("{time}", new Date().toLocaleTimeString());
  };
  box.addEventListener("change", () => {
    if (box.checked) save();
    else {
      forget(key);
      status.textContent = "";
    }
  });
  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE);
  });

  const kept = localStorage.getItem(key);
  if (kept === null) return;
  box.checked = true;
  if (fill(fields, kept)) status.textContent = panel.dataset.restored;
}

/** Fill in what is empty; what came from the server is newer than any draft. */
function fill(fields, kept) {
  let values;
  try {
    values = JSON.parse(kept);
  } catch {
    return false;
  }
  const typed = fields.filter((field) => ["title", "facts", "proposal"].includes(field.name));
  if (typed.some((field) => field.value)) return false;
  for (const field of fields) if (values[field.name]) field.value = values[field.name];
  for (const field of typed) field.dispatchEvent(new Event("input", { bubbles: true }));
  return typed.some((field) => field.value);
}

function forget(key) {
  if (usable()) localStorage.removeItem(key);
}

function usable() {
  try {
    return Boolean(window.localStorage);
  } catch {
    return false; // switched off in this browser
  }
}
