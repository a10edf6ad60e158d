// The choice of columns: buttons move a column, so that nobody has to write places as numbers.
function renumber(list) {
  [...list.children].forEach((item, at) => {
    item.querySelector(".place").value = at + 1;
    item.querySelector("[data-move='-1']").disabled = at === 0;
    item.querySelector("[data-move='1']").disabled = at === list.children.length - 1;
  });
}

function mover(step, label, icon) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "btn quiet small";
  button.dataset.move = step;
  button.title = label;
  button.setAttribute("aria-label", label);
  button.textContent = icon;
  return button;
}

function prepare(form) {
  if (form.dataset.ready) return;
  form.dataset.ready = "1";
  for (const item of form.querySelectorAll("li")) {
    const name = item.querySelector("label").textContent;
    item.querySelector(".place").type = "hidden";
    item.append(mover(-1, `${name}: ${form.dataset.earlier}`, "↑"), mover(1, `${name}: ${form.dataset.later}`, "↓"));
  }
  renumber(form.querySelector("ol"));
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-columns] [data-move]");
  if (!button) return;
  const item = button.closest("li");
  if (button.dataset.move === "-1") item.previousElementSibling?.before(item);
  else item.nextElementSibling?.after(item);
  renumber(item.parentElement);
  (button.disabled ? item.querySelector("[data-move]:not(:disabled)") : button).focus();
});
document.addEventListener("toggle", (event) => {
  const form = event.target.querySelector?.(":scope > [data-columns]");
  if (form) prepare(form);
}, true);
