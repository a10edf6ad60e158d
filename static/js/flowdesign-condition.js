// Conditions built with drop-downs: groups (all, any, none of these) of comparisons over the facts of the document.
const LONE = ["empty", "filled"];
const LISTED = ["in", "has_any", "starts_any"];

// A group as the builder shows it: {join, parts}; `none` is written as not-any.
function asGroup(condition) {
  if (!condition) return { join: "all", parts: [] };
  for (const join of ["all", "any"]) if (join in condition) return { join, parts: condition[join].map(inner) };
  if ("not" in condition) {
    const group = asGroup(condition.not);
    return { join: "none", parts: group.join === "any" ? group.parts : [inner(condition.not)] };
  }
  return { join: "all", parts: [{ ...condition }] };
}

const inner = (condition) => ("fact" in condition ? { ...condition } : asGroup(condition));

function asCondition(group) {
  const parts = group.parts.map((part) => ("join" in part ? asCondition(part) : part)).filter(Boolean);
  if (!parts.length) return null;
  if (group.join === "none") return { not: { any: parts } };
  return parts.length === 1 ? parts[0] : { [group.join]: parts };
}

function amount(text) {
  const plain = text.normalize("NFKC").replace(/[,\s]/g, "");
  const wan = plain.match(/^(\d+)(?:\.(\d{1,4}))?万元?$/);
  if (wan) return (BigInt(wan[1]) * 10000n + BigInt((wan[2] || "").padEnd(4, "0"))).toString();
  return plain.replace(/元$/, "");
}

export class Conditions {
  // data: facts, ops, opLabels, texts; make(name) clones a template of the page.
  constructor(data, make) {
    Object.assign(this, { data, make });
    this.facts = new Map(data.facts.map((fact) => [fact.key, fact]));
  }

  // The builder for one condition; changed(condition) is called with what it says now.
  builder(condition, changed) {
    const top = asGroup(condition), box = document.createElement("div");
    const draw = () => box.replaceChildren(this.group(top, null, told, 1));
    const told = (redraw) => {
      changed(asCondition(top));
      if (redraw) draw();
    };
    draw();
    return box;
  }

  group(group, drop, told, depth) {
    const box = this.make("group");
    const join = box.querySelector("[data-join]");
    join.value = group.join;
    join.addEventListener("change", () => { group.join = join.value; told(); });
    box.dataset.few = group.parts.length || drop ? (group.parts.length < 2 && group.join !== "none" ? "1" : "") : "0";
    const list = box.querySelector("[data-parts]");
    group.parts.forEach((part, at) => {
      const remove = () => { group.parts.splice(at, 1); told(true); };
      list.append("join" in part ? this.group(part, remove, told, depth + 1) : this.comparison(part, remove, told));
    });
    box.querySelector("[data-add=comparison]").addEventListener("click", () => {
      group.parts.push(this.fresh());
      told(true);
    });
    const nest = box.querySelector("[data-add=group]");
    nest.hidden = depth > 3;
    nest.addEventListener("click", () => { group.parts.push({ join: "any", parts: [this.fresh()] }); told(true); });
    const gone = box.querySelector("[data-drop]");
    gone.hidden = !drop;
    if (drop) gone.addEventListener("click", drop);
    return box;
  }

  fresh() {
    const fact = this.data.facts[0];
    return this.settled({ fact: fact?.key ?? "", op: "" });
  }

  // A comparison whose operator and value suit its fact.
  settled(part) {
    const fact = this.facts.get(part.fact);
    const ops = this.data.ops[fact?.kind] ?? ["="];
    if (!ops.includes(part.op)) part.op = fact && ["money", "integer", "percent", "date"].includes(fact.kind) ? ">=" : ops[0];
    if (LONE.includes(part.op)) delete part.value;
    else if (fact?.kind === "boolean") part.value = typeof part.value === "boolean" ? part.value : true;
    else if (LISTED.includes(part.op)) part.value = Array.isArray(part.value) ? part.value : part.value ? [part.value] : [];
    else if (fact?.choices) part.value = fact.choices.some(([value]) => value === part.value) ? part.value : fact.choices[0]?.[0] ?? "";
    else if (part.value === undefined || typeof part.value === "object" || typeof part.value === "boolean") part.value = "";
    return part;
  }

  comparison(part, drop, told) {
    const row = this.make("comparison");
    const fact = row.querySelector("[data-fact]"), op = row.querySelector("[data-op]");
    fact.append(...this.data.facts.map((one) => new Option(one.label, one.key)));
    if (!this.facts.has(part.fact)) fact.append(new Option(part.fact, part.fact));
    fact.value = part.fact;
    const kind = this.facts.get(part.fact)?.kind;
    op.append(...(this.data.ops[kind] ?? [part.op]).map((sign) => new Option(this.data.opLabels[sign] ?? sign, sign)));
    op.value = part.op;
    fact.addEventListener("change", () => { part.fact = fact.value; part.op = ""; delete part.value; this.settled(part); told(true); });
    op.addEventListener("change", () => { part.op = op.value; this.settled(part); told(true); });
    row.querySelector("[data-value]").replaceWith(this.value(part, kind, told));
    row.querySelector("[data-drop]").addEventListener("click", drop);
    return row;
  }

  value(part, kind, told) {
    if (LONE.includes(part.op)) return document.createElement("span");
    const fact = this.facts.get(part.fact);
    const choices = kind === "boolean" ? [["true", this.data.texts.yes], ["false", this.data.texts.no]] : fact?.choices;
    const field = choices ? this.choice(part, choices) : this.input(part, kind);
    field.setAttribute("aria-label", this.data.texts.value);
    const read = () => {
      if (kind === "boolean") part.value = field.value === "true";
      else if (choices && part.op === "in") part.value = [...field.selectedOptions].map((option) => option.value);
      else if (LISTED.includes(part.op)) part.value = field.value.split(/[,，、;；]/).map((text) => text.trim()).filter(Boolean);
      else if (kind === "money") part.value = amount(field.value);
      else part.value = kind === "integer" || kind === "percent" ? field.value.normalize("NFKC").replace(/[,\s%]/g, "") : field.value.trim();
      told();
    };
    field.addEventListener("input", read);
    field.addEventListener("change", read);
    return field;
  }

  choice(part, choices) {
    const select = document.createElement("select");
    select.multiple = part.op === "in";
    if (select.multiple) select.size = Math.min(5, choices.length);
    const chosen = [part.value].flat().map(String);
    select.append(...choices.map(([value, label]) => new Option(label, value, false, chosen.includes(String(value)))));
    return select;
  }

  input(part, kind) {
    const input = document.createElement("input");
    if (kind === "date") input.type = "date";
    if (["money", "integer", "percent"].includes(kind)) input.inputMode = "decimal";
    input.className = kind === "money" ? "amount" : "";
    input.value = Array.isArray(part.value) ? part.value.join("、") : part.value ?? "";
    if (kind === "money") input.value = input.value.replace(/\B(?=(\d{3})+(\.|$))/g, ",");
    return input;
  }
}
