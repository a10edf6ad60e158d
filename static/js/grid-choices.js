// The list of suggestions under the field of a code cell.
import { fill, make } from "./grid-view.js";

export class Choices {
  constructor(view, texts, choose) {
    Object.assign(this, { view, texts, choose, options: [], at: -1 });
    this.list = make("ul", { class: "grid-choices", role: "listbox", id: "grid-choices", hidden: "" });
    document.body.append(this.list);
    this.list.addEventListener("mousedown", (event) => {
      event.preventDefault();
      const node = event.target.closest("li");
      if (node) this.choose(this.options[[...this.list.children].indexOf(node)]);
    });
  }

  get open() { return !this.list.hidden; }
  get chosen() { return this.options[this.at]; }

  show(column, text) {
    this.options = this.view.codes.suggest(column, text);
    const code = this.view.codes.find(column, text);
    // Nothing is taken by itself unless it is the only one or written out.
    this.at = this.options.length === 1 && text.trim() ? 0 : this.options.findIndex((option) => option[0] === code);
    const { codes } = this.view;
    this.list.replaceChildren(...this.options.map((option, at) => make("li", { role: "option", id: `grid-choice-${at}` }, codes.told(column, option))));
    this.list.hidden = !this.options.length;
    this.place();
    this.mark();
  }

  place() {
    if (!this.open) return;
    const cell = this.view.field.getBoundingClientRect(), style = this.list.style, upright = this.view.upright;
    const [start, end, room] = upright ? [cell.left, cell.right, innerWidth] : [cell.top, cell.bottom, innerHeight];
    const size = upright ? this.list.offsetWidth : this.list.offsetHeight;
    style.insetBlockStart = `${end + size > room && start > size ? start - size : end}px`;
    const along = upright ? this.list.offsetHeight : this.list.offsetWidth;
    style.insetInlineStart = `${Math.max(0, Math.min(upright ? cell.top : cell.left, (upright ? innerHeight : innerWidth) - along))}px`;
  }

  step(by) {
    this.at = (this.at + by + this.options.length) % this.options.length;
    this.mark();
  }

  mark() {
    const field = this.view.field;
    [...this.list.children].forEach((node, at) => node.setAttribute("aria-selected", at === this.at));
    this.list.children[this.at]?.scrollIntoView({ block: "nearest", inline: "nearest" });
    field.setAttribute("aria-expanded", this.open);
    if (this.chosen) field.setAttribute("aria-activedescendant", `grid-choice-${this.at}`);
    else field.removeAttribute("aria-activedescendant");
  }

  hide() {
    this.list.hidden = true;
    this.at = -1;
    this.view.field.removeAttribute("aria-activedescendant");
    if (this.view.field.getAttribute("role") === "combobox") this.view.field.setAttribute("aria-expanded", "false");
    else this.view.field.removeAttribute("aria-expanded");
  }

  get said() {
    return fill(this.texts.suggestions, { count: this.options.length });
  }
}
