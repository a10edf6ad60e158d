// Bulk approval: one box chooses all of the page, the button says how many are chosen.
function boxes() {
  return [...document.querySelectorAll("input[form=bulk][name=task]")];
}

function count() {
  const chosen = boxes().filter((box) => box.checked).length;
  const badge = document.querySelector("[data-bulk-count]");
  if (!badge) return;
  badge.textContent = chosen;
  badge.hidden = chosen === 0;
  document.querySelector("[data-bulk-send]").disabled = chosen === 0;
  const all = document.querySelector("[data-bulk-all]");
  all.hidden = false;
  all.checked = chosen > 0 && chosen === boxes().length;
  all.indeterminate = chosen > 0 && !all.checked;
}

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-bulk-all]")) for (const box of boxes()) box.checked = event.target.checked;
  if (event.target.matches("input[form=bulk]")) count();
});
document.addEventListener("htmx:afterSwap", count);
count();
