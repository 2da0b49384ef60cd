// The staff board by keyboard. Every key has a button that does the same.
const TYPING = "input:not([type=checkbox]), textarea, select, [contenteditable]";

export function start(board) {
  const part = (name) => board.querySelector(`[data-board-${name}]`);
  const rows = () => [...board.querySelectorAll("[data-board-row]")];
  const box = (row) => row?.querySelector("input[type=checkbox][name=id]");
  const here = () => document.activeElement?.closest("[data-board-row]");

  function move(by) {
    const all = rows();
    const at = all.indexOf(here());
    const row = all[Math.min(Math.max(at + by, 0), all.length - 1)];
    row?.focus();
    row?.scrollIntoView({ block: "nearest" });
  }

  function tally() {
    const chosen = rows().filter((row) => box(row)?.checked).length;
    const count = part("count");
    if (count) count.textContent = chosen ? count.dataset.text.replace("{n}", chosen) : "";
    const all = part("all")?.querySelector("input");
    if (all) {
      all.checked = chosen > 0 && chosen === rows().length;
      all.indeterminate = chosen > 0 && !all.checked;
    }
  }

  function toggle(row) {
    if (!box(row)) return;
    box(row).checked = !box(row).checked;
    tally();
  }

  // A letter acts on what is chosen, or, with nothing chosen, on the row one is at.
  function press(button) {
    if (!rows().some((row) => box(row)?.checked) && here()) toggle(here());
    button.click();
  }

  const acts = {
    j: () => move(1),
    k: () => move(-1),
    x: () => toggle(here()),
    "?": () => part("help").showModal(),
    Enter: () => here()?.querySelector("[data-board-link]")?.click(),
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches(TYPING) || part("help").open) return;
    if (event.key === "Enter" && !event.target.matches("[data-board-row]")) return;
    const button = board.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    const act = acts[event.key] ?? (button && (() => press(button)));
    if (!act) return;
    event.preventDefault();
    act();
  });

  board.addEventListener("change", (event) => {
    if (event.target.closest("[data-board-all]")) {
      rows().forEach((row) => box(row) && (box(row).checked = event.target.checked));
    }
    tally();
  });

  help(board, part);
  tally();
}

function help(board, part) {
  const lines = [...board.querySelectorAll("[data-key]")].map((button) => {
    const line = document.createElement("div");
    const key = document.createElement("kbd");
    key.textContent = button.dataset.key;
    line.append(document.createElement("dt"), document.createElement("dd"));
    line.firstChild.append(key);
    line.lastChild.textContent = button.querySelector("span").textContent;
    return line;
  });
  part("keys").replaceChildren(...lines);
  for (const name of ["all", "open-help"]) part(name)?.removeAttribute("hidden");
  part("open-help")?.addEventListener("click", () => part("help").showModal());
  part("close").addEventListener("click", () => part("help").close());
}
