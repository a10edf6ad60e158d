// Repeated rows of an answer form: one more row is a copy of the last one without its values.
function grow(box) {
  const rows = box.querySelector("tbody").rows;
  const row = rows[rows.length - 1].cloneNode(true);
  const at = rows.length;
  for (const field of row.querySelectorAll("[name]")) {
    field.name = field.name.replace(/-\d+-(\w+)$/, `-${at}-$1`);
    field.setAttribute("aria-label", field.getAttribute("aria-label").replace(/\d+$/, at + 1));
    field.removeAttribute("aria-invalid");
    field.value = "";
  }
  for (const rest of row.querySelectorAll("output, .errors")) rest.textContent = "";
  row.cells[0].textContent = at + 1;
  rows[at - 1].after(row);
  box.querySelector("[data-count]").value = at + 1;
  return row;
}

for (const box of document.querySelectorAll("[data-answer-rows]")) {
  const button = box.querySelector("[data-add-row]");
  button.hidden = false;
  button.addEventListener("click", () => grow(box).querySelector("input, select")?.focus());
  // What the browser has kept needs as many rows as there were.
  box.addEventListener("answers:rows", (event) => {
    while (box.querySelector("tbody").rows.length < event.detail) grow(box);
  });
}
