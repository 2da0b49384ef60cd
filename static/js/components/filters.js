// A filter bar sends itself when a choice changes; typing still waits for Enter.
export function start(form) {
  form.addEventListener("change", (event) => {
    if (event.target.matches("select, input[type=checkbox], input[type=radio]")) form.requestSubmit();
  });
}
