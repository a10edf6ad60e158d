// A picker (.picker[data-picker]): a combobox that asks its address while one types; a tree opens level by level.
const standing = getComputedStyle(document.documentElement).writingMode.startsWith("vertical");
const keys = standing
  ? { next: "ArrowRight", previous: "ArrowLeft", open: "ArrowDown", close: "ArrowUp" }
  : { next: "ArrowDown", previous: "ArrowUp", open: "ArrowRight", close: "ArrowLeft" };
const WAIT = 120; // milliseconds after the last letter
let count = 0;

// Closing the list may move what lies below it: while a button there is being pressed the list waits, or the press is lost.
let pressed = false;
for (const type of ["pointerdown", "pointerup", "pointercancel"]) {
  addEventListener(type, () => { pressed = type === "pointerdown"; }, true);
}
const released = (then) => {
  const done = new AbortController();
  const go = () => { done.abort(); setTimeout(then, 0); };
  for (const type of ["pointerup", "pointercancel"]) addEventListener(type, go, { signal: done.signal });
};

export class Picker {
  constructor(box) {
    this.box = box;
    this.value = box.querySelector("input[type=hidden]");
    this.field = box.querySelector(".picker-text");
    this.tree = "tree" in box.dataset;
    this.chosen = this.field.value;
    this.list = document.createElement("ul");
    this.list.id = `picker-${++count}`;
    this.list.className = "picker-list";
    this.list.hidden = true;
    this.list.setAttribute("role", this.tree ? "tree" : "listbox");
    this.list.setAttribute("aria-label", box.parentElement.querySelector("label")?.textContent || "");
    this.said = document.createElement("span");
    this.said.className = "unseen";
    this.said.setAttribute("role", "status");
    box.append(this.list, this.said);
    box.querySelector("a").remove();
    const field = this.field;
    field.readOnly = false;
    field.placeholder = box.dataset.hint;
    for (const [name, value] of Object.entries({
      role: "combobox", "aria-expanded": "false", "aria-controls": this.list.id, "aria-autocomplete": "list",
      "aria-haspopup": this.tree ? "tree" : "listbox",
    })) field.setAttribute(name, value);
    field.addEventListener("input", (event) => event.isComposing || this.later());
    field.addEventListener("compositionend", () => this.later());
    field.addEventListener("keydown", (event) => this.onKey(event));
    field.addEventListener("click", () => this.list.hidden && this.ask(""));
    field.addEventListener("change", (event) => event.stopPropagation()); // only a choice counts as a change
    field.addEventListener("blur", () => (pressed ? released(() => document.activeElement !== field && this.leave()) : this.leave()));
    this.list.addEventListener("mousedown", (event) => event.preventDefault()); // the focus stays in the field
    this.list.addEventListener("click", (event) => this.onClick(event));
  }

  get items() { return [...this.list.querySelectorAll("li[id]")]; }
  get active() { return this.list.querySelector("[aria-selected=true]"); }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(this.field.value.trim()), WAIT);
  }

  async fetch(parameters) {
    this.stop?.abort();
    this.stop = new AbortController();
    const address = `${this.box.dataset.picker}?${new URLSearchParams(parameters)}`;
    const answer = await fetch(address, { headers: { Accept: "application/json" }, signal: this.stop.signal });
    if (!answer.ok || answer.redirected) return location.reload();
    return answer.json();
  }

  async ask(text) {
    let found;
    try {
      found = await this.fetch(text ? { q: text } : {});
    } catch (error) {
      if (error.name === "AbortError") return;
      throw error;
    }
    if (!found || document.activeElement !== this.field) return;
    const rows = found.rows.map((row) => this.item(row, 1));
    const notes = found.more ? [this.box.dataset.more] : rows.length ? [] : [this.box.dataset.none];
    this.list.replaceChildren(...rows, ...notes.map(note));
    this.said.textContent = notes[0] || String(rows.length);
    this.show(true);
    if (text && rows.length) this.mark(rows[0]);
  }

  item(row, level) {
    const item = document.createElement("li");
    item.id = `${this.list.id}-${level}-${row.id}`;
    item.setAttribute("role", this.tree ? "treeitem" : "option");
    item.setAttribute("aria-selected", "false");
    if (this.tree) item.setAttribute("aria-level", level);
    if (row.below) item.setAttribute("aria-expanded", "false");
    item.dataset.value = row.id;
    item.dataset.name = row.name;
    item.dataset.level = level;
    if (this.tree) item.append(part("picker-open", row.below ? "›" : ""));
    item.append(part("code", row.code), part("picker-name", row.name));
    if (row.note && !(this.tree && level > 1)) item.append(part("mut small", row.note));
    return item;
  }

  async open(item) {
    const found = await this.fetch({ below: item.dataset.value });
    if (!found) return;
    item.setAttribute("aria-expanded", "true");
    item.after(...found.rows.map((row) => this.item(row, Number(item.dataset.level) + 1)));
  }

  close(item) {
    const level = Number(item.dataset.level);
    while (Number(item.nextElementSibling?.dataset.level) > level) item.nextElementSibling.remove();
    item.setAttribute("aria-expanded", "false");
  }

  turn(item) { return item.getAttribute("aria-expanded") === "true" ? this.close(item) : this.open(item); }

  show(open) {
    this.list.hidden = !open;
    this.field.setAttribute("aria-expanded", String(open));
    if (!open) this.mark(null);
  }

  mark(item) {
    this.active?.setAttribute("aria-selected", "false");
    if (!item) return this.field.removeAttribute("aria-activedescendant");
    item.setAttribute("aria-selected", "true");
    this.field.setAttribute("aria-activedescendant", item.id);
    item.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  step(by) {
    const items = this.items;
    if (!items.length) return;
    const at = items.indexOf(this.active);
    this.mark(items[(at < 0 && by < 0 ? 0 : at + by + items.length) % items.length]);
  }

  choose(value, name) {
    const changed = this.value.value !== value;
    this.value.value = value;
    this.chosen = this.field.value = name;
    this.show(false);
    if (changed) this.value.dispatchEvent(new Event("change", { bubbles: true }));
  }

  leave() {
    clearTimeout(this.timer);
    this.stop?.abort();
    this.show(false);
    if (this.field.value.trim() || "required" in this.box.dataset) this.field.value = this.chosen;
    else if (this.value.value) this.choose("", "");
  }

  onClick(event) {
    const item = event.target.closest("li[id]");
    if (!item) return;
    if (event.target.closest(".picker-open") && item.hasAttribute("aria-expanded")) this.turn(item);
    else this.choose(item.dataset.value, item.dataset.name);
  }

  onKey(event) {
    if (event.isComposing || event.ctrlKey || event.metaKey) return;
    const item = this.active;
    const expandable = item?.hasAttribute("aria-expanded");
    const opened = item?.getAttribute("aria-expanded") === "true";
    if (event.key === keys.next || event.key === keys.previous) {
      if (this.list.hidden) this.ask("");
      else this.step(event.key === keys.next ? 1 : -1);
    } else if (event.key === keys.open && expandable && !opened) this.open(item);
    else if (event.key === keys.close && opened) this.close(item);
    else if (event.key === "Enter" && !this.list.hidden && item) this.choose(item.dataset.value, item.dataset.name);
    else if (event.key === "Escape" && !this.list.hidden) {
      this.field.value = this.chosen;
      this.show(false);
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }
}

function part(name, text) {
  const span = document.createElement("span");
  span.className = name;
  span.textContent = text;
  return span;
}

function note(text) {
  const item = document.createElement("li");
  item.className = "mut small";
  item.setAttribute("role", "presentation");
  item.textContent = text;
  return item;
}

for (const box of document.querySelectorAll(".picker[data-picker]")) new Picker(box);
