// Works out the computed fields of an answer form and the totals of its tables while one types, as the server does it again
// at saving: exact fractions, rounded to the cent; the instructions of a field are a row of steps for a stack.
const LIMIT = 10n ** 16n;
const UNITS = { "元": 1n, "千元": 1000n, "万元": 10000n, "万": 10000n, "百万元": 1000000n, "亿元": 100000000n, "亿": 100000000n };
const SHAPE = /^(-?)(?:(\d{1,3})([, ])(\d{3}(?:\3\d{3})*)|(\d+))(?:\.(\d{1,15}))?$/;
const ZERO = [0n, 1n];

// What is written as a fraction [n, d]; null when it is empty or no number of its kind (none: any number).
export function number(text, kind) {
  let plain = text.normalize("NFKC").replace(/\u2212/g, "-").replace(/[\t\r\n\u3000]/g, " ").trim();
  if (kind === "percent") plain = plain.replace(/%$/, "");
  const unit = kind === "money" ? plain.match(/(百万元|千元|万元|亿元|万|亿|元)$/)?.[0] : undefined;
  if (unit) plain = plain.slice(0, -unit.length).trimEnd();
  const found = plain.replace(/^(-?) ?¥ ?/, "$1").match(SHAPE);
  if (!found) return null;
  const [, sign, head = "", mark = "", rest = "", whole = "", decimals = ""] = found;
  const value = [BigInt(head + rest.replaceAll(mark || ",", "") + whole + decimals) * (UNITS[unit] ?? 1n), 10n ** BigInt(decimals.length)];
  if (kind && (value[0] * (kind === "integer" ? 1n : 100n)) % value[1]) return null; // parts of a cent, or of one
  return sign ? [-value[0], value[1]] : value;
}

const OPERATIONS = {
  "+": ([a, b], [c, d]) => [a * d + c * b, b * d],
  "-": ([a, b], [c, d]) => [a * d - c * b, b * d],
  "*": ([a, b], [c, d]) => [a * c, b * d],
  "/": ([a, b], [c, d]) => (c < 0n ? [-a * d, b * -c] : [a * d, b * c]),
};
const plus = OPERATIONS["+"];

// Half a cent and more counts as one, away from nought.
function rounded([n, d]) {
  const cents = ((n < 0n ? -n : n) * 200n + d) / (2n * d);
  return [n < 0n ? -cents : cents, 100n];
}

// The value to the cent; null with nothing filled in, for a division by nought, and for what is too large to be an amount.
export function compute(steps, numbers, tables) {
  const stack = [];
  let filled = !steps.some(([kind]) => kind === "field" || kind === "sum");
  for (const [kind, value] of steps) {
    if (kind === "negate") stack.push(OPERATIONS["*"](stack.pop(), [-1n, 1n]));
    else if (kind in OPERATIONS) {
      const right = stack.pop();
      if (kind === "/" && right[0] === 0n) return null;
      stack.push(OPERATIONS[kind](stack.pop(), right));
    } else if (kind === "number") stack.push(number(value, ""));
    else {
      const read = kind === "field" ? numbers.get(value) ?? null : total(tables.get(value[0]) ?? [], value[1]);
      filled ||= read !== null;
      stack.push(read ?? ZERO);
    }
  }
  const [n, d] = stack.pop();
  return filled && (n < 0n ? -n : n) < LIMIT * d ? rounded([n, d]) : null;
}

function total(rows, column) {
  const cells = rows.map((row) => row.get(column) ?? null).filter((cell) => cell !== null);
  return cells.length ? cells.reduce(plus) : null;
}

export function shown(value, kind = "money") {
  if (value === null) return "—";
  const [cents] = rounded(value);
  const digits = (cents < 0n ? -cents : cents).toString().padStart(3, "0");
  const whole = digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ",");
  return (cents < 0n ? "-" : "") + whole + (kind === "integer" ? "" : `.${digits.slice(-2)}`);
}

const isFilled = (row) => [...row.querySelectorAll("[name]")].some((field) => field.value.trim());

// One row of a table, its computed cells worked out; a row with nothing in it counts as none.
function readRow(row) {
  const numbers = new Map(), filled = isFilled(row);
  for (const cell of row.querySelectorAll("[data-cell]")) {
    if (cell.dataset.compute) {
      const value = filled ? compute(JSON.parse(cell.dataset.compute), numbers, new Map()) : null;
      numbers.set(cell.dataset.cell, value);
      cell.value = filled ? shown(value) : "";
    } else if (cell.matches("input")) numbers.set(cell.dataset.cell, number(cell.value, cell.dataset.kind));
  }
  return numbers;
}

function readTable(box) {
  const rows = [...box.querySelector("tbody").rows].map(readRow);
  for (const output of box.querySelectorAll("[data-total]")) output.value = shown(total(rows, output.dataset.total) ?? ZERO, output.dataset.kind);
  return rows;
}

// In the order of the form, in which a field reads only those before it. What is hidden counts as empty.
function update() {
  const numbers = new Map(), tables = new Map();
  for (const box of document.querySelectorAll("[data-answers] [data-answer]")) {
    const key = box.dataset.answer, table = box.querySelector("[data-answer-rows]");
    const output = box.querySelector("output[data-compute]");
    if (table) tables.set(key, box.hidden ? (readTable(table), []) : readTable(table));
    else if (output) {
      const value = box.hidden ? null : compute(JSON.parse(output.dataset.compute), numbers, tables);
      numbers.set(key, value);
      output.value = shown(value);
    } else if (["integer", "money", "percent"].includes(box.dataset.kind)) {
      numbers.set(key, box.hidden ? null : number(box.querySelector("input")?.value ?? "", box.dataset.kind));
    }
  }
}

document.addEventListener("input", update);
document.addEventListener("change", update);
update();
