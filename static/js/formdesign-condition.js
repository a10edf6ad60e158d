// "Shown only if": comparisons built with drop-downs over the fields that stand before, joined by all or by one.
const LONE = ["empty", "filled"];
const LISTED = ["in", "has_any", "starts_any"];

function select(pairs, chosen, name, label) {
  const made = document.createElement("select");
  made.dataset.comparison = name;
  made.setAttribute("aria-label", label);
  for (const [value, text] of pairs) made.add(new Option(text, value, false, value === chosen));
  return made;
}

export class Condition {
  constructor(panel) {
    this.panel = panel;
    this.words = panel.designer.words;
    this.part = panel.box.querySelector("[data-part=shown_if]");
    this.rows = this.part.querySelector("[data-condition]");
    this.join = this.part.querySelector("[data-join]");
    this.part.addEventListener("change", (event) => this.onChange(event));
    this.rows.addEventListener("click", (event) => this.onRemove(event));
    this.part.querySelector("[data-add-comparison]").addEventListener("click", () => this.add());
  }

  // Fields that stand before and have a value that can be compared.
  get facts() { return this.panel.before.filter((field) => this.words.kinds[field.type]); }

  // The comparisons of a flat condition; null for one with parts inside each other.
  get parts() {
    const found = this.panel.field.shown_if;
    if (!found) return [];
    if (found.fact) return [found];
    const parts = found.all ?? found.any;
    return parts && parts.every((one) => one.fact) ? parts : null;
  }

  fill() {
    const parts = this.parts;
    const facts = this.facts;
    this.part.hidden = !facts.length && !this.panel.field.shown_if;
    this.part.querySelector("[data-complex]").hidden = parts !== null;
    this.part.querySelector(".btns").hidden = parts === null || !facts.length;
    this.join.value = this.panel.field.shown_if?.any ? "any" : "all";
    this.join.hidden = (parts ?? []).length < 2;
    this.rows.replaceChildren(...(parts ?? []).map((one) => this.row(one, facts)));
  }

  row(comparison, facts) {
    const field = facts.find((one) => one.key === comparison.fact);
    const legend = this.part.querySelector("legend").textContent;
    const row = document.createElement("div");
    row.className = "design-comparison";
    const names = facts.map((one) => [one.key, one.label?.zh || one.key]);
    if (!field) names.unshift([comparison.fact, `? ${comparison.fact}`]);
    const ops = (this.words.ops[this.words.kinds[field?.type]] ?? [comparison.op]).filter((op) => op !== "in" || comparison.op === "in");
    row.append(select(names, comparison.fact, "fact", legend), select(ops.map((op) => [op, this.words.op_labels[op] ?? op]), comparison.op, "op", legend));
    if (!LONE.includes(comparison.op)) row.append(this.value(comparison, field, legend));
    const remove = document.createElement("button");
    remove.type = "button";
    remove.className = "btn quiet small";
    remove.dataset.removeComparison = "";
    remove.textContent = "×";
    remove.setAttribute("aria-label", this.words.texts.remove);
    row.append(remove);
    return row;
  }

  value(comparison, field, label) {
    if (field?.choices && comparison.op !== "in") return select(field.choices.map((one) => [one.value, one.zh]), comparison.value, "value", label);
    const input = document.createElement("input");
    input.type = field?.type === "date" ? "date" : "text";
    input.dataset.comparison = "value";
    input.setAttribute("aria-label", label);
    input.value = Array.isArray(comparison.value) ? comparison.value.join(",") : comparison.value ?? "";
    return input;
  }

  read() {
    return [...this.rows.children].map((row) => {
      const part = (name) => row.querySelector(`[data-comparison=${name}]`)?.value ?? "";
      const found = { fact: part("fact"), op: part("op") };
      if (LONE.includes(found.op)) return found;
      const text = part("value").trim();
      return { ...found, value: LISTED.includes(found.op) ? text.split(/[,，、]/).map((one) => one.trim()) : text };
    });
  }

  keep(parts) {
    const field = this.panel.field;
    if (!parts.length) delete field.shown_if;
    else field.shown_if = parts.length === 1 ? parts[0] : { [this.join.value || "all"]: parts };
    this.panel.designer.changed();
  }

  // A comparison with another field starts with what that field can be compared by.
  fitted(comparison) {
    const field = this.facts.find((one) => one.key === comparison.fact);
    const ops = this.words.ops[this.words.kinds[field?.type]] ?? [];
    const op = ops.includes(comparison.op) ? comparison.op : ops[0];
    if (LONE.includes(op)) return { fact: comparison.fact, op };
    const value = field?.choices && !field.choices.some((one) => one.value === comparison.value) && op !== "in" ? field.choices[0]?.value : comparison.value;
    return { fact: comparison.fact, op, value: value ?? "" };
  }

  onChange(event) {
    if (!event.target.dataset.comparison && event.target !== this.join) return;
    const parts = this.read().map((one) => this.fitted(one));
    this.keep(parts);
    if (event.target.dataset.comparison !== "value") this.fill();
  }

  onRemove(event) {
    if (!event.target.closest("[data-remove-comparison]")) return;
    event.target.closest(".design-comparison").remove();
    this.keep(this.read());
    this.fill();
  }

  add() {
    const parts = [...this.read(), this.fitted({ fact: this.facts.at(-1).key, op: "", value: "" })];
    this.keep(parts);
    this.fill();
  }
}
