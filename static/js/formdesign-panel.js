// The properties of the chosen field; those that its type does not have are out of sight.
import { Condition } from "./formdesign-condition.js";
import { List } from "./formdesign-list.js";

const NUMBERS = ["integer", "amount", "percent", "score", "computed"];

function get(field, path) { return path.split(".").reduce((value, key) => value?.[key], field); }

function put(field, path, value) {
  const [first, second] = path.split(".");
  const empty = value === "" || value === false;
  if (second) {
    field[first] = { zh: "", mn: "", ...field[first], [second]: value };
    if (first === "help" && !field.help.zh && !field.help.mn) delete field.help;
  } else if (empty) delete field[first];
  else field[first] = value;
}

export class Panel {
  constructor(box, designer) {
    Object.assign(this, { box, designer, field: null, table: null });
    this.properties = box.querySelector("[data-properties]");
    this.columns = new List(box.querySelector("[data-columns-list]"), designer, () => this.table?.columns ?? this.field?.columns ?? []);
    this.condition = new Condition(this);
    const choose = box.querySelector("[data-new-column]");
    for (const type of designer.words.columns) choose.add(new Option(designer.words.types[type], type));
    this.properties.addEventListener("input", (event) => this.onInput(event));
    box.querySelector("[data-back]").addEventListener("click", () => this.open(this.table));
    box.querySelector("[data-add-column]").addEventListener("click", () => this.addColumn());
    box.querySelector("[data-add-choice]").addEventListener("click", () => this.addChoice());
    box.querySelector("[data-choices]").addEventListener("click", (event) => this.removeChoice(event));
  }

  // The field of the form that is chosen, also while one of its columns is.
  get top() { return this.table ?? this.field; }

  get before() {
    const fields = this.table ? this.table.columns : this.designer.definition.fields;
    return fields.slice(0, fields.indexOf(this.field));
  }

  open(field) {
    const tables = this.designer.definition.fields.filter((one) => one.type === "table");
    this.table = tables.find((one) => one.columns?.includes(field)) ?? null;
    this.field = field;
    this.fill();
  }

  close() {
    this.field = this.table = null;
    this.fill();
  }

  forget(gone) {
    if (gone === this.field || gone === this.table) this.close();
    else if (this.field) this.fill();
  }

  focus() {
    const first = this.properties.querySelector("input");
    first.focus();
    first.select();
  }

  fill() {
    const field = this.field;
    this.properties.hidden = !field;
    this.box.querySelector("[data-nothing]").hidden = Boolean(field);
    this.box.querySelector("[data-back]").hidden = !this.table;
    if (!field) return;
    for (const input of this.properties.querySelectorAll("[data-property]")) this.fillOne(input);
    this.show("columns", field.type === "table");
    this.show("choices", field.type === "choice" || field.type === "multichoice");
    this.fillLock();
    this.fillChoices();
    this.columns.draw(null);
    this.condition.fill();
    const numbers = this.before.filter((one) => NUMBERS.includes(one.type)).map((one) => `${one.key} = ${one.label?.zh}`);
    const sums = this.before.filter((one) => one.type === "table").flatMap((one) => one.columns.filter((column) => NUMBERS.includes(column.type)).map((column) => `sum(${one.key}.${column.key})`));
    this.properties.querySelector("[data-numbers]").textContent = [...numbers, ...sums].join("; ");
  }

  fillOne(input) {
    const path = input.dataset.property;
    const types = this.designer.words.takes[path];
    input.closest(".f").hidden = Boolean(types && !types.includes(this.field.type)) || (path === "locked" && Boolean(this.table));
    if (path === "type") {
      for (const option of input.options) option.hidden = Boolean(this.table) && !this.designer.words.columns.includes(option.value);
    }
    const value = get(this.field, path);
    if (input.type === "checkbox") input.checked = value === true;
    else input.value = Array.isArray(value) ? value.join(",") : value ?? "";
  }

  fillLock() {
    const by = this.table ? null : this.designer.words.locked[this.field.key];
    const note = this.properties.querySelector("[data-locked]");
    note.hidden = !by;
    if (by) note.querySelector("p").textContent = this.designer.words.texts.locked.replace("{}", by);
  }

  fillChoices() {
    const template = this.properties.querySelector("template[data-choice]");
    const rows = (this.field.choices ?? []).map((choice) => {
      const row = template.content.firstElementChild.cloneNode(true);
      for (const input of row.querySelectorAll("[data-choice-part]")) input.value = choice[input.dataset.choicePart] ?? "";
      return row;
    });
    this.properties.querySelector("[data-choices]").replaceChildren(...rows);
  }

  show(part, shown) { this.properties.querySelector(`[data-part=${part}]`).hidden = !shown; }

  onInput(event) {
    const input = event.target;
    if (input.dataset.choicePart) this.readChoices();
    else if (input.dataset.property === "type") this.retype(input.value);
    else if (input.dataset.property) put(this.field, input.dataset.property, this.valueOf(input));
    else return;
    this.designer.changed();
    this.columns.draw(null);
  }

  valueOf(input) {
    if (input.type === "checkbox") return input.checked;
    const text = input.value.trim();
    return input.dataset.property === "default" && this.field.type === "multichoice" && text ? text.split(/[,，]/).map((one) => one.trim()) : text;
  }

  // Another type: what only the old one had goes, what the new one needs comes.
  retype(type) {
    const fresh = this.designer.fresh(type, []);
    for (const [name, types] of Object.entries(this.designer.words.takes)) if (!types.includes(type)) delete this.field[name];
    delete this.field.default;
    this.field.type = type;
    for (const name of ["choices", "columns", "catalog", "max"]) if (fresh[name] && !this.field[name]) this.field[name] = fresh[name];
    this.fill();
  }

  readChoices() {
    this.field.choices = [...this.properties.querySelectorAll("[data-choices] li")].map((row) =>
      Object.fromEntries([...row.querySelectorAll("[data-choice-part]")].map((input) => [input.dataset.choicePart, input.value.trim()])));
  }

  addChoice() {
    this.field.choices ??= [];
    const values = new Set(this.field.choices.map((choice) => choice.value));
    let number = this.field.choices.length + 1;
    while (values.has(`c${number}`)) number += 1;
    this.field.choices.push({ value: `c${number}`, zh: `${this.designer.words.texts.choice} ${number}`, mn: "" });
    this.fillChoices();
    this.designer.changed();
    this.properties.querySelector("[data-choices] li:last-child [data-choice-part=zh]").select();
  }

  removeChoice(event) {
    const row = event.target.closest("[data-remove-choice]")?.closest("li");
    if (!row) return;
    row.remove();
    this.readChoices();
    this.designer.changed();
    this.properties.querySelector("[data-add-choice]").focus();
  }

  addColumn() {
    const column = this.designer.fresh(this.box.querySelector("[data-new-column]").value, this.field.columns);
    this.field.columns.push(column);
    this.open(column);
    this.designer.changed();
    this.focus();
  }
}
