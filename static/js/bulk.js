// Ticked rows of a list ([data-bulk-all] ticks all, Shift ticks a run): how many they are, and no button without any.
// [data-bulk-list] stands for the whole list, ticked or not.
let last = null;

const boxes = () => [...document.querySelectorAll("input[type=checkbox][form=bulk][name=row]")];

function count() {
  const form = document.querySelector("[data-bulk]");
  if (!form) return;
  const all = boxes(), ticked = all.filter((box) => box.checked).length;
  form.querySelector("[data-bulk-count]").value = ticked || "";
  for (const button of form.querySelectorAll("button")) button.disabled = !ticked && !form.querySelector("[data-bulk-list]:checked");
  const head = document.querySelector("[data-bulk-all]");
  if (!head) return;
  head.checked = ticked > 0 && ticked === all.length;
  head.indeterminate = ticked > 0 && ticked < all.length;
}

document.addEventListener("click", (event) => {
  const box = event.target;
  if (!box.matches?.("input[form=bulk][name=row]")) return;
  const all = boxes(), from = all.indexOf(last), to = all.indexOf(box);
  if (event.shiftKey && from >= 0) for (const other of all.slice(Math.min(from, to), Math.max(from, to) + 1)) other.checked = box.checked;
  last = box;
});
document.addEventListener("change", (event) => {
  if (event.target.matches?.("[data-bulk-all]")) for (const box of boxes()) box.checked = event.target.checked;
  if (event.target.matches?.("[data-bulk-all], [data-bulk-list], [form=bulk]")) {
    event.stopPropagation();
    count();
  }
}, true);
document.addEventListener("htmx:afterSettle", count);
count();
