// Shows and hides the fields of an answer form by their conditions while one types; the server decides again at saving.
const boxes = new Map([...document.querySelectorAll("[data-answer]")].map((box) => [box.dataset.answer, box]));
const LONE = { empty: (values) => !values.length, filled: (values) => values.length > 0 };
const PARTS = { has_any: "contains", starts_any: "starts" };
const NUMBERS = ["integer", "money", "percent"];

function plain(text, kind) {
  const value = text.normalize("NFKC").trim();
  return NUMBERS.includes(kind) ? value.replace(/[,\s%¥]/g, "").replace(/万元?$/, "e4") : value;
}

// What is filled in: several values for boxes to tick, one or none for everything else. What is hidden counts as empty.
function valuesOf(key) {
  const box = boxes.get(key);
  if (!box || box.hidden) return [];
  const fields = [...box.querySelectorAll("input, select, textarea")].filter((field) => field.type !== "hidden" || field.closest(".picker"));
  const given = fields.filter((field) => !/radio|checkbox/.test(field.type) || field.checked);
  return given.map((field) => plain(field.value, box.dataset.kind)).filter(Boolean);
}

function compare(op, one, other, kind) {
  if (NUMBERS.includes(kind)) [one, other] = [Number(one), Number(other)];
  switch (op) {
    case "=": return one === other;
    case "!=": return one !== other;
    case "<": return one < other;
    case "<=": return one <= other;
    case ">": return one > other;
    case ">=": return one >= other;
    case "starts": return String(one).startsWith(other);
    default: return String(one).includes(other);
  }
}

function holds(condition) {
  if (condition.all) return condition.all.every(holds);
  if (condition.any) return condition.any.some(holds);
  if (condition.not) return !holds(condition.not);
  const values = valuesOf(condition.fact);
  const kind = boxes.get(condition.fact)?.dataset.kind;
  if (condition.op in LONE) return LONE[condition.op](values);
  if (condition.op === "in") return values.some((value) => condition.value.some((one) => compare("=", value, one, kind)));
  if (condition.op in PARTS) return values.some((value) => condition.value.some((one) => compare(PARTS[condition.op], value, one, kind)));
  if (condition.op === "contains" && kind === "multichoice") return values.includes(condition.value);
  return values.some((value) => compare(condition.op, value, condition.value, kind));
}

// A region, unit or code is known here by its place in the database only: what asks for one stays shown.
function isKnown(condition) {
  const parts = condition.all || condition.any || (condition.not ? [condition.not] : null);
  return parts ? parts.every(isKnown) : condition.op in LONE || Boolean(boxes.get(condition.fact)?.dataset.kind);
}

function update() {
  for (const box of boxes.values()) {
    const condition = box.dataset.shownIf && JSON.parse(box.dataset.shownIf);
    if (condition) box.hidden = isKnown(condition) && !holds(condition);
  }
}

if (boxes.size) {
  document.addEventListener("input", update);
  document.addEventListener("change", update);
  update();
}
