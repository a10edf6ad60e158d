// The designer of a form: what is in the JSON text is the truth; this file holds it and tells the parts what changed.
import { Panel } from "./formdesign-panel.js";
import { List } from "./formdesign-list.js";
import { Previews } from "./formdesign-preview.js";

class Designer {
  constructor(form) {
    this.form = form;
    this.words = JSON.parse(form.dataset.words);
    this.text = form.querySelector("[name=body]");
    this.said = form.querySelector("[data-said]");
    this.previews = new Previews(form);
    this.read();
    this.list = new List(form.querySelector("[data-fields]"), this, () => this.definition.fields);
    this.panel = new Panel(form.querySelector("[data-panel]"), this);
    form.querySelector("[data-add]").addEventListener("click", () => this.add());
    this.text.addEventListener("change", () => this.typed());
    form.querySelector("[data-designer]").hidden = false;
    form.querySelector("[data-json]").open = false;
    this.draw();
    this.markWrong();
    this.previews.show(this.text.value);
  }

  read() {
    try {
      const found = JSON.parse(this.text.value);
      this.definition = found && Array.isArray(found.fields) ? found : { format: 1, fields: [] };
      return true;
    } catch {
      this.definition ??= { format: 1, fields: [] };
      return false;
    }
  }

  // Someone changed the JSON itself.
  typed() {
    if (!this.read()) return;
    this.panel.close();
    this.draw();
    this.previews.later(this.text.value);
  }

  // A part changed the definition.
  changed() {
    this.text.value = JSON.stringify(this.definition, null, 2);
    this.text.dispatchEvent(new Event("input", { bubbles: true }));
    this.draw();
    this.previews.later(this.text.value);
  }

  draw() {
    this.list.draw(this.panel.field);
    this.form.querySelector("[data-none]").hidden = this.definition.fields.length > 0;
  }

  add() {
    const field = this.fresh(this.form.querySelector("[data-new]").value, this.definition.fields);
    const at = this.definition.fields.indexOf(this.panel.top);
    this.definition.fields.splice(at < 0 ? this.definition.fields.length : at + 1, 0, field);
    this.panel.open(field);
    this.changed();
    this.panel.focus();
  }

  fresh(type, siblings) {
    const keys = new Set(siblings.map((field) => field.key));
    let number = siblings.length + 1;
    while (keys.has(`f${number}`)) number += 1;
    const field = { key: `f${number}`, type, label: { zh: this.words.texts.new, mn: "" } };
    if (type === "choice" || type === "multichoice") field.choices = [1, 2].map((n) => ({ value: `c${n}`, zh: `${this.words.texts.choice} ${n}`, mn: "" }));
    if (type === "score") field.max = "10";
    if (type === "code") field.catalog = "function";
    if (type === "table") field.columns = [{ key: "f1", type: "text", label: { zh: this.words.texts.new, mn: "" } }];
    return field;
  }

  say(text) { this.said.textContent = text; }

  // The server names wrong places by their path: the field there is marked and the first one opened.
  markWrong() {
    const paths = [...document.querySelectorAll("[data-wrong] [data-path]")].map((item) => item.dataset.path.match(/^fields\[(\d+)\]/)?.[1]);
    const found = paths.filter(Boolean).map(Number);
    this.list.wrong = new Set(found.map((at) => this.definition.fields[at]));
    if (found.length) this.panel.open(this.definition.fields[found[0]]);
    this.draw();
  }
}

const form = document.querySelector("[data-design]");
if (form) new Designer(form);
