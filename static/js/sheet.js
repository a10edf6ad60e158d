// Sheets (table.sheet): arrows and Enter move between rows, a block copied from a spreadsheet is spread over the cells.
const upright = getComputedStyle(document.documentElement).writingMode.startsWith("vertical");
const steps = upright
  ? { ArrowRight: 1, ArrowLeft: -1, Enter: 1 }
  : { ArrowDown: 1, ArrowUp: -1, Enter: 1 };

function fieldsOf(row) {
  return [...row.querySelectorAll("input:not([type=hidden]), select")];
}

function place(field) {
  const row = field.closest("tr");
  const rows = [...row.closest("table").querySelectorAll("tbody tr")];
  return { rows, at: rows.indexOf(row), column: fieldsOf(row).indexOf(field) };
}

document.addEventListener("keydown", (event) => {
  const field = event.target;
  if (!field.matches?.("table.sheet input") || event.altKey || event.ctrlKey || event.isComposing) return;
  const step = steps[event.key];
  if (!step) return;
  event.preventDefault();
  const { rows, at, column } = place(field);
  const next = rows[at + step] && fieldsOf(rows[at + step])[column];
  next?.focus();
  next?.select?.();
});

document.addEventListener("paste", (event) => {
  const field = event.target;
  const text = event.clipboardData?.getData("text/plain") || "";
  if (!field.matches?.("table.sheet input") || !/[\t\n]/.test(text.trim())) return;
  event.preventDefault();
  const { rows, at, column } = place(field);
  text.replace(/\r?\n$/, "").split(/\r?\n/).forEach((line, down) => {
    const fields = rows[at + down] ? fieldsOf(rows[at + down]) : [];
    line.split("\t").forEach((cell, across) => {
      const goal = fields[column + across];
      if (!goal || goal.readOnly || goal.disabled || goal.tagName === "SELECT") return;
      goal.value = cell.trim();
      goal.dispatchEvent(new Event("input", { bubbles: true }));
      goal.dispatchEvent(new Event("change", { bubbles: true }));
    });
  });
});
