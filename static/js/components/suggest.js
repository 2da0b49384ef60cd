// The suggestion form on one page: what the steps without script would ask for later is unfolded at once.
export function start(form) {
  document.querySelectorAll("[data-plain]").forEach((element) => element.remove());
  form.querySelector("[data-suggest-details]").hidden = false;
  warnOfLargeFiles(form);
}

function warnOfLargeFiles(form) {
  const input = form.querySelector("[data-suggest-files]");
  const place = form.querySelector("[data-suggest-too-large]");
  input?.addEventListener("change", () => {
    const large = [...input.files].find((file) => file.size > Number(form.dataset.maxBytes));
    place.hidden = !large;
    place.textContent = large ? form.dataset.tooLarge.replace("{name}", large.name) : "";
  });
}
