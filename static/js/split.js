// The split of a figure (table[data-split]): what is given so far and what is left of the figure, while people type.
// A part that is left empty keeps what it had (data-held); what is no amount counts as nothing until the server says why.
import { centsOf, fromCents, readAmount, showAmount } from "./grid-values.js";

function given(row) {
  const text = row.querySelector("input.amount").value.trim();
  return centsOf((text ? readAmount(text) : row.dataset.held) ?? "") ?? 0n;
}

function addUp(table) {
  const sum = [...table.querySelectorAll("tbody tr")].reduce((whole, row) => whole + given(row), 0n);
  const left = (centsOf(table.dataset.split) ?? 0n) - sum;
  table.querySelector("[data-given]").value = showAmount(fromCents(sum));
  const output = table.querySelector("[data-left]");
  output.value = showAmount(fromCents(left));
  output.closest("td").classList.toggle("over", left < 0n);
  table.querySelector("[data-exceeded]").hidden = left >= 0n;
}

for (const table of document.querySelectorAll("table[data-split]")) {
  addUp(table);
  table.addEventListener("input", () => addUp(table));
}
