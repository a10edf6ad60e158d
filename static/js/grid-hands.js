// Keyboard, mouse and clipboard. "ready": keys move; "enter": typing replaces the cell; "edit": the caret moves in the cell.
import { Choices } from "./grid-choices.js";
import { narrow, readAmount, readBlock, writeBlock } from "./grid-values.js";
import { fill } from "./grid-view.js";

const AMOUNTS = new Set(["amount", "prior_approved", "prior_executed"]);

export class Hands {
  constructor(view, rows, codes, told) {
    Object.assign(this, { view, rows, codes, told, texts: view.texts, mode: "ready", leaving: false, home: null });
    this.choices = new Choices(view, view.texts, (option) => this.choose(option));
    const upright = view.upright;
    this.arrows = upright
      ? { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] }
      : { ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1] };
    const field = view.field;
    field.addEventListener("keydown", (event) => this.key(event));
    field.addEventListener("input", () => this.typed());
    field.addEventListener("blur", () => this.commit());
    field.addEventListener("focus", () => this.load());
    field.addEventListener("dblclick", () => this.edit());
    for (const name of ["copy", "cut", "paste"]) field.addEventListener(name, (event) => this.clip(event));
    view.box.addEventListener("mousedown", (event) => this.press(event));
    view.box.addEventListener("mousemove", (event) => event.buttons === 1 && this.drag(event));
    this.load();
  }

  // --- the field over the chosen cell ---

  load() {
    const { view } = this, row = view.row, name = view.column.name, label = view.column.label;
    const reason = (row.errors[name] || []).join(" ");
    const field = view.field;
    this.mode = "ready";
    field.value = view.show(row, name);
    field.readOnly = view.isDerived(name);
    field.inputMode = AMOUNTS.has(name) ? "decimal" : "text";
    field.className = `grid-editor${AMOUNTS.has(name) ? " num" : ""}${reason ? " bad" : ""}`;
    const notes = [label, fill(this.texts.line, { number: view.number[view.at.row] || view.at.row + 1 }), field.readOnly ? this.texts.read_only : "", reason];
    field.setAttribute("aria-label", notes.filter(Boolean).join(", "));
    field.setAttribute("aria-invalid", reason ? "true" : "false");
    field.title = reason;
    field.setAttribute("role", this.codes.has(name) ? "combobox" : "textbox");
    if (this.codes.has(name)) field.setAttribute("aria-controls", "grid-choices");
    else field.removeAttribute("aria-controls");
    this.choices.hide();
    if (document.activeElement === field) field.select();
  }

  typed() {
    if (this.view.field.readOnly) return;
    if (this.mode === "ready") this.mode = "enter";
    this.view.field.classList.add("writing");
    if (this.codes.has(this.view.column.name)) this.choices.show(this.view.column.name, this.view.field.value);
    this.told.writing();
  }

  edit() {
    if (this.view.field.readOnly) return;
    this.mode = "edit";
    const end = this.view.field.value.length;
    this.view.field.setSelectionRange(end, end);
    this.view.field.classList.add("writing");
    if (this.codes.has(this.view.column.name)) this.choices.show(this.view.column.name, this.view.field.value);
  }

  choose(option) {
    this.view.field.value = option[0];
    this.mode = "enter";
    this.commit();
    this.load();
  }

  commit() {
    if (this.mode === "ready") return;
    this.mode = "ready";
    const { view } = this, name = view.column.name;
    const written = this.choices.chosen ? this.choices.chosen[0] : view.field.value;
    this.choices.hide();
    const text = this.clean(name, written), brings = Object.entries(this.codes.brings(name, text));
    this.change([[view.row, name, text], ...brings.map(([other, value]) => [view.row, other, value])]);
  }

  // The text of a cell as it is kept: codes without names, amounts without separators; what cannot be read stays.
  clean(name, written) {
    const text = written.replace(/^[ \t\r\n\u3000]+|[ \t\r\n\u3000]+$/g, "");
    if (name === "project_code") return narrow(text);
    if (this.codes.has(name)) return text && (this.codes.find(name, text) ?? text);
    if (AMOUNTS.has(name)) return text && (readAmount(text) ?? text);
    return text.replace(/[\r\n]+/g, " ");
  }

  change(edits, inserted, removed) {
    for (const [row] of edits) Object.assign(row, { errors: {}, bad: "" });
    if (!this.rows.change(edits, inserted, removed)) return;
    this.view.draw();
    this.told.changed();
  }

  // --- moving ---

  go(row, column, extend = false) {
    this.commit();
    const { view } = this, before = view.at.row;
    view.at = {
      row: Math.max(0, Math.min(row, this.rows.list.length - 1)),
      column: Math.max(0, Math.min(column, view.columns.length - 1)),
    };
    if (!extend) view.from = { ...view.at };
    view.reveal();
    view.paint();
    this.load();
    if (view.at.row !== before) this.told.leftRow();
  }

  move([down, across], extend, far) {
    const { at } = this.view;
    if (far) return this.go(down ? this.edge(down) : at.row, across ? (across > 0 ? this.view.columns.length - 1 : 0) : at.column, extend);
    return this.go(at.row + down, at.column + across, extend);
  }

  // The last written row in a direction.
  edge(down) {
    if (down < 0) return 0;
    return Math.max(0, this.rows.list.findLastIndex((row) => !this.rows.isSpare(row)));
  }

  key(event) {
    if (event.isComposing) return;
    const { view } = this, ready = this.mode === "ready", control = event.ctrlKey || event.metaKey;
    const handled = this.listKey(event) || (control && this.command(event)) || this.plainKey(event, ready);
    if (handled) event.preventDefault();
    if (!["Escape", "Shift"].includes(event.key)) this.leaving = false;
    if (handled) view.field.focus({ preventScroll: true });
  }

  // While suggestions are open the keys along the list move in it.
  listKey(event) {
    const step = this.arrows[event.key]?.[0];
    if (!this.choices.open || !step || event.ctrlKey || event.altKey) return false;
    this.choices.step(step);
    return true;
  }

  command(event) {
    const arrow = this.arrows[event.key], key = event.key.toLowerCase(), { view } = this;
    if (this.mode === "edit" && key !== "s") return false;
    if (this.mode === "enter" && key === "a") return false; // all of the text, not of the table
    if (arrow) this.move(arrow, event.shiftKey, true);
    else if (key === "home") this.go(0, 0, event.shiftKey);
    else if (key === "end") this.go(this.edge(1), view.columns.length - 1, event.shiftKey);
    else if (key === "d") this.fillDown();
    else if (key === "z" && !event.shiftKey) this.undo();
    else if (key === "y" || key === "z") this.redo();
    else if (key === "s") { this.commit(); this.load(); this.told.save(); }
    else if (key === "a") this.all();
    else return false;
    return true;
  }

  plainKey(event, ready) {
    const arrow = this.arrows[event.key], { view } = this;
    if (event.altKey) {
      if (event.key === "Insert") this.insertRow();
      else if (event.key === "Delete") this.removeRows();
      else return false;
      return true;
    }
    if (arrow && this.mode !== "edit") this.move(arrow, event.shiftKey, false);
    else if (event.key === "Enter") this.enter(event.shiftKey ? -1 : 1);
    else if (event.key === "Tab") return this.tab(event.shiftKey ? -1 : 1);
    else if (event.key === "Escape") this.escape(ready);
    else if (event.key === "F2") this.edit();
    else if (event.key === "Delete" && ready) this.clear();
    else if (event.key === "Home" && this.mode !== "edit") this.go(view.at.row, 0, event.shiftKey);
    else if (event.key === "End" && this.mode !== "edit") this.go(view.at.row, view.columns.length - 1, event.shiftKey);
    else if (event.key === "PageDown" || event.key === "PageUp") this.page(event.key === "PageDown" ? 1 : -1, event.shiftKey);
    else return false;
    return true;
  }

  enter(down) {
    const column = this.home ?? this.view.at.column;
    this.go(this.view.at.row + down, column);
    this.home = null;
  }

  // Tab runs through the row and on into the next; after Escape it leaves the table, for those who use the keyboard alone.
  tab(by) {
    if (this.leaving) return false;
    const { at, columns } = this.view;
    const home = this.home ?? at.column;
    let next = at.row * columns.length + at.column + by;
    while (next >= 0 && this.view.isDerived(columns[next % columns.length].name)) next += by;
    if (next < 0) return false;
    this.go(Math.floor(next / columns.length), next % columns.length);
    this.home = home;
    return true;
  }

  escape(ready) {
    if (ready) this.leaving = true;
    this.mode = "ready";
    this.load();
  }

  page(by, extend) {
    const rows = Math.max(1, Math.floor((this.view.extent - this.view.headSize - this.view.footSize) / this.view.size) - 1);
    this.go(this.view.at.row + by * rows, this.view.at.column, extend);
  }

  all() {
    this.view.from = { row: 0, column: 0 };
    this.view.at = { row: this.edge(1), column: this.view.columns.length - 1 };
    this.view.paint();
    this.load();
  }

  // --- the mouse ---

  press(event) {
    if (event.button !== 0) return;
    if (event.target === this.view.field) {
      if (this.mode !== "ready") return;
      event.preventDefault(); // a click on the chosen cell leaves it ready: typing replaces it
      this.view.field.focus({ preventScroll: true });
      this.view.field.select();
      return;
    }
    const hit = this.view.hit(event);
    if (!hit) return;
    event.preventDefault();
    this.view.field.focus({ preventScroll: true });
    this.home = null;
    if (hit.column < 0) {
      this.go(hit.row, this.view.columns.length - 1, event.shiftKey);
      this.view.from = { row: event.shiftKey ? this.view.from.row : hit.row, column: 0 };
      this.view.at.column = this.view.columns.length - 1;
      this.view.paint();
    } else this.go(hit.row, hit.column, event.shiftKey);
  }

  drag(event) {
    const hit = this.view.hit(event);
    if (hit && hit.column >= 0 && (hit.row !== this.view.at.row || hit.column !== this.view.at.column)) this.go(hit.row, hit.column, true);
  }

  // --- blocks of cells ---

  cells() {
    const { top, end, start, stop } = this.view.range;
    return this.rows.list.slice(top, end + 1).map((row) => this.view.columns.slice(start, stop + 1).map(({ name }) => [row, name]));
  }

  clear() {
    const edits = this.cells().flat().filter(([, name]) => !this.view.isDerived(name));
    this.change(edits.map(([row, name]) => [row, name, ""]));
    this.load();
  }

  fillDown() {
    this.commit();
    const { top, end, start, stop } = this.view.range;
    const source = this.rows.list[top === end ? top - 1 : top];
    if (!source) return;
    const goals = this.rows.list.slice(top === end ? top : top + 1, end + 1);
    const names = this.view.columns.slice(start, stop + 1).map(({ name }) => name).filter((name) => !this.view.isDerived(name));
    this.change(goals.flatMap((row) => names.map((name) => [row, name, source.values[name]])));
    this.load();
  }

  insertRow() {
    this.commit();
    const { row, column } = this.view.at;
    this.change([], [{ row: this.rows.blank(), at: row }]);
    this.go(row, column);
  }

  removeRows() {
    this.mode = "ready";
    const { top, end } = this.view.range;
    const removed = this.rows.list.slice(top, end + 1).map((row, offset) => ({ row, at: top + offset }));
    this.change([], [], removed);
    this.go(top, this.view.at.column);
  }

  undo() {
    this.mode = "ready";
    this.step(this.rows.undo());
  }

  redo() {
    this.mode = "ready";
    this.step(this.rows.redo());
  }

  step(step) {
    if (!step) return;
    for (const { row } of step.edits) Object.assign(row, { errors: {}, bad: "" });
    this.view.draw();
    const edit = step.edits[0];
    const row = edit ? this.rows.list.indexOf(edit.row) : (step.inserted[0] ?? step.removed[0]).at;
    const column = edit ? this.view.columns.findIndex(({ name }) => name === edit.name) : this.view.at.column;
    this.go(Math.max(0, row), column);
    this.told.changed();
  }

  clip(event) {
    const { view } = this, text = event.type === "paste" ? event.clipboardData.getData("text/plain") : "";
    if (event.type === "paste") {
      if (this.mode !== "ready" && !/[\t\n]/.test(text.trim())) return;
      event.preventDefault();
      this.mode = "ready";
      const block = readBlock(text), named = this.named(block[0]);
      if (named) this.pasteNamed(block.slice(1), named);
      else this.paste(block);
      return;
    }
    if (this.mode !== "ready") return;
    event.preventDefault();
    const block = this.cells().map((row) => row.map(([line, name]) => (AMOUNTS.has(name) ? line.values[name] : view.show(line, name))));
    event.clipboardData.setData("text/plain", writeBlock(block));
    this.told.say(fill(this.texts.copied, { count: block.length * block[0].length }));
    if (event.type === "cut") this.clear();
  }

  // Which column each cell of a head row names; null when it is no head row.
  named(cells) {
    const plain = (text) => narrow(text).replace(/[\s*]/g, "").toLowerCase();
    const heads = Object.fromEntries(this.view.heads.map(([text, name]) => [plain(text), name]));
    const names = cells.map((cell) => heads[plain(cell)] ?? null);
    return names.filter(Boolean).length > 1 ? names : null;
  }

  // A block with its head row, as from the unit's workbook: each column goes where its head says.
  pasteNamed(block, names) {
    const { view } = this, top = view.at.row, inserted = this.paper(top + block.length);
    const goals = [...this.rows.list, ...inserted.map(({ row }) => row)];
    const edits = block.flatMap((cells, down) =>
      cells.flatMap((cell, across) => (names[across] ? [[goals[top + down], names[across], this.clean(names[across], cell)]] : [])),
    );
    this.change(edits, inserted);
    this.told.say(fill(this.texts.pasted_named, { count: block.length }));
    this.go(top, view.at.column);
    this.told.leftRow();
  }

  // Rows to write on, up to this many in all.
  paper(count) {
    const inserted = [];
    while (count > this.rows.list.length + inserted.length) {
      inserted.push({ row: this.rows.blank(), at: this.rows.list.length + inserted.length });
    }
    return inserted;
  }

  // Spreads a block over the cells from the chosen one on; one cell fills the whole range; derived cells are passed over.
  paste(block) {
    const { view } = this, { top, end, start, stop } = view.range;
    const single = block.length === 1 && block[0].length === 1;
    const height = single ? end - top + 1 : block.length;
    const width = single ? stop - start + 1 : Math.max(...block.map((row) => row.length));
    const inserted = this.paper(top + height);
    const goals = [...this.rows.list, ...inserted.map(({ row }) => row)];
    const edits = [];
    for (let down = 0; down < height; down += 1) {
      for (let across = 0; across < width && start + across < view.columns.length; across += 1) {
        const name = view.columns[start + across].name, cell = single ? block[0][0] : block[down][across];
        if (cell !== undefined && !view.isDerived(name)) edits.push([goals[top + down], name, this.clean(name, cell)]);
      }
    }
    this.change(edits, inserted);
    const cut = start + width > view.columns.length;
    this.told.say(fill(this.texts.pasted, { count: height }) + (cut ? ` ${this.texts.cut_off}` : ""));
    view.from = { row: top + height - 1, column: Math.min(start + width, view.columns.length) - 1 };
    view.at = { row: top, column: start };
    view.reveal();
    view.paint();
    this.load();
    this.told.leftRow();
  }
}
