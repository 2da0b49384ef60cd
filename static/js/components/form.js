// Counters under text fields, and the error summary that takes the focus.
export function start(element) {
  if (element.hasAttribute("data-errors")) element.focus();
  else count(element);
}

function count(place) {
  const field = document.getElementById(place.dataset.count);
  const most = Number(place.dataset.max);
  const show = () => {
    const left = most - [...field.value].length;
    place.toggleAttribute("data-over", left < 0);
    place.textContent = (left < 0 ? place.dataset.overText : place.dataset.left).replace("{n}", Math.abs(left));
  };
  field.addEventListener("input", show);
  if (field.value) show();
}
