// A confirmation that folds away again: by its own button, by Escape, or by opening another.
export function start(fold) {
  const close = fold.querySelector("[data-confirm-close]");
  const summary = fold.querySelector("summary");
  const shut = () => {
    fold.open = false;
    summary.focus();
  };
  close.hidden = false;
  close.addEventListener("click", shut);
  fold.addEventListener("keydown", (event) => {
    if (event.key === "Escape") shut();
  });
  fold.addEventListener("toggle", () => {
    if (!fold.open) return;
    document.querySelectorAll("[data-confirm][open]").forEach((other) => {
      if (other !== fold) other.open = false;
    });
    fold.querySelector("input:not([type=hidden]), textarea, select, button")?.focus();
  });
}
