// Tables of rows in a wizard ([data-rows]): add, remove, paste from a spreadsheet, amounts and sums worked out at once.
const STEP = 10000n; // four decimals as whole numbers
let count = Date.now() % 1e6;

// "1,234.5", full-width digits and a unit behind it (1.5万元) as ten-thousandths; null when it is no number.
export function number(text) {
  const plain = text.normalize("NFKC").replace(/[,\s¥]/g, "");
  const found = plain.match(/^(\d+)(?:\.(\d{0,8}))?(万元|万|亿元|亿|千元|元)?$/);
  if (!found) return null;
  const unit = { "万元": 10000n, "万": 10000n, "亿元": 100000000n, "亿": 100000000n, "千元": 1000n }[found[3]] ?? 1n;
  return (BigInt(found[1] + (found[2] ?? "").padEnd(8, "0")) * unit) / 10000n;
}

export function yuan(value) {
  const cents = (value + 50n) / 100n, digits = cents.toString().padStart(3, "0");
  return digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ",") + "." + digits.slice(-2);
}

const field = (row, name) => row.querySelector(`[data-cell="${name}"] :is(input, textarea, select)`);
const value = (row, name) => number(field(row, name)?.value ?? "") ?? 0n;

export class Rows {
  constructor(box, changed) {
    this.box = box;
    this.name = box.dataset.rows;
    this.body = box.querySelector("[data-rows-body]");
    this.pattern = box.querySelector("[data-rows-pattern]").content.querySelector("tr");
    this.summed = box.querySelector("[data-sum-of]")?.dataset.summed || "amount";
    this.changed = changed;
    for (const hidden of box.querySelectorAll("[data-script-only]")) hidden.hidden = false;
    for (const row of this.rows) this.take(row);
    this.dropSpare();
    box.querySelector("[data-rows-add]").addEventListener("click", () => {
      const first = field(this.add(), this.columns[0]);
      first.focus();
      first.select?.();
    });
    this.body.addEventListener("input", () => this.addUp());
    this.body.addEventListener("paste", (event) => this.paste(event));
    this.addUp();
  }

  get rows() { return [...this.body.querySelectorAll("[data-row]")]; }
  get columns() { return [...this.pattern.querySelectorAll("[data-cell]")].filter((cell) => cell.querySelector("input, textarea, select")).map((cell) => cell.dataset.cell); }

  // Whether the server counts the row: anything beside the year, the quantity and marks.
  isFilled(row) {
    return this.columns.some((name) => !["year", "quantity"].includes(name) && !["checkbox", "hidden"].includes(field(row, name).type) && !["", "0"].includes(field(row, name).value.trim()));
  }

  dropSpare() {
    const rows = this.rows;
    for (const row of rows.slice(1).reverse()) if (!this.isFilled(row)) row.remove();
  }

  // The box "remove" becomes a button: the row goes at once.
  take(row) {
    const box = row.querySelector("[data-row-remove]");
    if (!box) return;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn quiet small";
    button.textContent = "✕";
    button.setAttribute("aria-label", box.getAttribute("aria-label"));
    button.addEventListener("click", () => {
      const next = row.nextElementSibling ?? row.previousElementSibling;
      row.remove();
      if (!this.rows.length) this.add();
      this.addUp();
      this.changed();
      (next?.isConnected ? next : this.rows[0])?.querySelector("input, textarea, select")?.focus();
    });
    box.closest("label").replaceWith(button);
  }

  add(before = null) {
    const row = document.importNode(this.pattern, true);
    const index = `n${(count += 1)}`;
    for (const one of row.querySelectorAll("[name]")) one.name = one.name.replace("__index__", index);
    this.body.insertBefore(row, before);
    this.take(row);
    this.addUp();
    row.dispatchEvent(new CustomEvent("wizard:row", { bubbles: true }));
    return row;
  }

  put(row, name, text) {
    const one = field(row, name);
    if (!one) return;
    if (one.type === "checkbox") one.checked = ["1", "是", "√", "true"].includes(text);
    else if (one.matches("select")) one.value = [...one.options].find((each) => [each.value, each.text].includes(text))?.value ?? "";
    else if (one.type === "date") {
      const day = text.match(/^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$/);
      if (day) one.value = `${day[1]}-${day[2].padStart(2, "0")}-${day[3].padStart(2, "0")}`;
      else if (text) Object.assign(one, { type: "text", value: text }); // for the server to say what is wrong
    } else one.value = text;
  }

  paste(event) {
    const text = event.clipboardData.getData("text/plain").replace(/\r\n?/g, "\n").replace(/\n$/, "");
    if (!text.includes("\t") && !(text.includes("\n") && event.target.matches("input"))) return;
    event.preventDefault();
    event.stopPropagation(); // sheets without this script have a simpler one, which would paste once more
    const lines = text.split("\n").map((line) => line.split("\t"));
    const from = this.columns.indexOf(event.target.closest("[data-cell]").dataset.cell);
    let row = event.target.closest("[data-row]");
    for (const [at, cells] of lines.entries()) {
      if (at) row = row.nextElementSibling ?? this.add();
      for (const [place, name] of this.columns.slice(from, from + cells.length).entries()) this.put(row, name, cells[place].trim());
    }
    this.addUp();
    this.changed(lines.length);
  }

  addUp() {
    const output = this.box.querySelector("[data-sum-of]");
    const years = new Map();
    let total = 0n;
    for (const [at, row] of this.rows.entries()) {
      row.querySelector("[data-row-number]").textContent = at + 1;
      for (const one of row.querySelectorAll("[aria-label]")) one.setAttribute("aria-label", one.getAttribute("aria-label").replace(/\s*\d*$/, ` ${at + 1}`));
      const amount = this.amount(row);
      total += amount;
      const year = field(row, "year")?.value.trim();
      if (year && amount) years.set(year, (years.get(year) ?? 0n) + amount);
    }
    if (!output) return;
    output.value = yuan(total);
    const list = this.box.querySelector("[data-by-year]");
    list.replaceChildren(...[...years].sort().map(([year, sum]) => {
      const item = document.createElement("span");
      item.textContent = `${year}: ${yuan(sum)}`;
      return item;
    }));
  }

  // Quantity × price is shown before the server has worked it out.
  amount(row) {
    if (!field(row, "price")) return value(row, this.summed);
    const exact = value(row, "quantity") * value(row, "price"); // eight decimals
    const cents = (exact + STEP * 50n) / (STEP * 100n);
    row.querySelector("[data-computed=amount]").value = yuan(cents * 100n);
    return cents * 100n;
  }

  // What the server said: computed cells, and errors by the number of the row among the filled ones.
  tell(computed = [], errors = {}) {
    const filled = this.rows.filter((row) => this.isFilled(row));
    for (const old of this.body.querySelectorAll("ul.errors")) old.remove();
    for (const one of this.body.querySelectorAll("[aria-invalid]")) one.removeAttribute("aria-invalid");
    for (const [at, row] of filled.entries()) {
      for (const [name, text] of Object.entries(computed[at] ?? {})) {
        const output = row.querySelector(`[data-computed="${name}"]`);
        if (output && name !== "amount") output.value = text;
      }
      row.classList.remove("bad");
    }
    for (const [key, text] of Object.entries(errors)) {
      const [part, at, name] = key.split(".");
      const row = part === this.name ? filled[at - 1] : null;
      if (!row) continue;
      row.classList.add("bad");
      field(row, name)?.setAttribute("aria-invalid", "true");
      row.querySelector(`[data-cell="${name}"]`)?.append(said(text));
    }
  }

  // Rows as this browser kept them: [[name of the column, value], …] for each.
  fill(kept) {
    this.body.replaceChildren();
    for (const cells of kept) {
      const row = this.add();
      for (const [name, text] of cells) this.put(row, name, text);
    }
    if (!kept.length) this.add();
    this.addUp();
  }

  kept() {
    return this.rows.filter((row) => this.isFilled(row)).map((row) => this.columns.map((name) => {
      const one = field(row, name);
      return [name, one.type === "checkbox" ? (one.checked ? "1" : "") : one.value];
    }));
  }
}

export function said(text) {
  const list = document.createElement("ul"), item = document.createElement("li");
  list.className = "errors";
  item.textContent = text;
  list.append(item);
  return list;
}
