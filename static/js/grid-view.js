// The table on the screen: only the rows in sight are drawn, one field lies over the chosen cell.
import { centsOf, fromCents, showAmount } from "./grid-values.js";

const AMOUNTS = new Set(["amount", "prior_approved", "prior_executed", "difference"]);
const SUMS = ["amount", "prior_approved", "difference", "prior_executed"];
const MARGIN = 12;

export function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== null && value !== false) node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

export function fill(text, values) {
  return Object.entries(values).reduce((whole, [name, value]) => whole.replaceAll(`%(${name})s`, value), text);
}

export class View {
  constructor(box, data, rows, codes) {
    Object.assign(this, { box, rows, codes, columns: data.columns, heads: data.heads, texts: data.texts });
    this.upright = getComputedStyle(document.documentElement).writingMode.startsWith("vertical");
    this.at = { row: 0, column: 0 };
    this.from = { row: 0, column: 0 };
    this.first = 0;
    this.build(data);
  }

  build(data) {
    const heads = this.columns.map(({ name, label }) => make("th", { scope: "col", class: `c-${name}${AMOUNTS.has(name) ? " num" : ""}`, role: "columnheader" }, label));
    this.head = make("tr", { role: "row" }, make("th", { class: "c-number num", role: "columnheader" }, "№"), ...heads);
    this.body = make("tbody");
    this.foot = make("tr", { class: "sum" }, make("td"), ...this.columns.map(({ name }) => make("td", { class: AMOUNTS.has(name) ? "num" : "", "data-sum": name })));
    this.table = make("table", { class: "cells", role: "grid", "aria-label": data.texts.lines }, make("thead", {}, this.head), this.body, make("tfoot", {}, this.foot));
    this.field = make("input", { class: "grid-editor", autocomplete: "off", spellcheck: "false", maxlength: 4000 });
    this.box.replaceChildren(this.table, this.field);
    this.box.hidden = false;
    this.box.addEventListener("scroll", () => requestAnimationFrame(() => this.scrolled()), { passive: true });
    // Notes above the table come and go and change its size: the chosen cell stays in sight.
    new ResizeObserver(() => {
      this.draw();
      if (document.activeElement === this.field) this.reveal();
    }).observe(this.box);
    this.draw();
  }

  // Sizes along the lines (inline) and across them (block); the block axis lies where lines stand.
  block(rect) { return this.upright ? rect.width : rect.height; }
  get offset() { return this.upright ? this.box.scrollLeft : this.box.scrollTop; }
  get extent() { return this.upright ? this.box.clientWidth : this.box.clientHeight; }

  measure() {
    const row = this.body.querySelector("tr:not(.gap)");
    this.size = row ? this.block(row.getBoundingClientRect()) : 32;
    this.headSize = this.block(this.head.getBoundingClientRect());
    this.footSize = this.block(this.foot.getBoundingClientRect());
  }

  scrolled() {
    const first = Math.max(0, Math.floor(this.offset / this.size) - MARGIN);
    if (Math.abs(first - this.first) > MARGIN / 2) this.draw();
  }

  draw() {
    if (!this.size) {
      this.body.replaceChildren(this.rowNode(this.rows.list[0], 0, 1));
      this.measure();
    }
    const total = this.rows.list.length;
    const count = Math.ceil(this.extent / this.size) + 2 * MARGIN;
    this.first = Math.min(Math.max(0, Math.floor(this.offset / this.size) - MARGIN), Math.max(0, total - count));
    const last = Math.min(total, this.first + count);
    this.numbers();
    const nodes = [];
    for (let at = this.first; at < last; at += 1) nodes.push(this.rowNode(this.rows.list[at], at, this.number[at]));
    this.body.replaceChildren(this.gap(this.first), ...nodes, this.gap(total - last));
    this.table.setAttribute("aria-rowcount", total + 1);
    this.measure();
    this.sums();
    this.paint();
  }

  // After lines of others came in above: the chosen cell stays in its line.
  follow() {
    const place = this.chosen ? this.rows.list.indexOf(this.chosen) : -1;
    if (place >= 0 && place !== this.at.row) {
      this.from.row += place - this.at.row;
      this.at.row = place;
    }
    this.at.row = Math.min(this.at.row, this.rows.list.length - 1);
    this.from.row = Math.max(0, Math.min(this.from.row, this.rows.list.length - 1));
    this.chosen = this.row;
  }

  gap(count) {
    const node = make("tr", { class: "gap", "aria-hidden": "true" }, make("td", { colspan: this.columns.length + 1 }));
    node.firstChild.style.blockSize = `${count * this.size}px`;
    node.hidden = !count;
    return node;
  }

  numbers() {
    let number = 0;
    this.number = this.rows.list.map((row) => (this.rows.isSpare(row) ? "" : (number += 1)));
  }

  rowNode(row, at, number) {
    const reasons = Object.values(row.errors).flat();
    const changed = this.rows.isChanged(row);
    const mark = reasons.length ? "bad" : changed ? "changed" : "";
    const head = make("th", { class: `num ${mark}`, scope: "row", role: "rowheader", title: reasons.join("\n") || (changed ? this.texts.not_saved_yet : null) }, String(number));
    const cells = this.columns.map(({ name }, column) => {
      const reason = (row.errors[name] || []).join("\n");
      const kind = AMOUNTS.has(name) ? "num" : "";
      const text = this.show(row, name);
      return make("td", { role: "gridcell", class: `${kind}${reason ? " bad" : ""}${this.isDerived(name) ? " derived" : ""}`, title: reason || (text.length > 12 ? text : null), "data-column": column, "aria-invalid": reason ? "true" : null }, text);
    });
    return make("tr", { role: "row", "data-row": at, "aria-rowindex": at + 2 }, head, ...cells);
  }

  isDerived(name) {
    return name === "government" || name === "difference";
  }

  // The text of a cell as people read it.
  show(row, name) {
    if (name === "government") return this.codes.government(row.values.department_economic);
    if (name === "difference") {
      const now = centsOf(row.values.amount), before = centsOf(row.values.prior_approved);
      return now === null || before === null ? "" : showAmount(fromCents(now - before));
    }
    const text = row.values[name];
    if (this.codes.has(name)) return this.codes.show(name, text);
    return AMOUNTS.has(name) ? showAmount(text) : text;
  }

  sums() {
    const sums = Object.fromEntries(SUMS.map((name) => [name, 0n]));
    for (const { values } of this.rows.list) {
      const now = centsOf(values.amount), before = centsOf(values.prior_approved);
      sums.amount += now ?? 0n;
      sums.prior_approved += before ?? 0n;
      sums.prior_executed += centsOf(values.prior_executed) ?? 0n;
      if (now !== null && before !== null) sums.difference += now - before; // as the rows show it
    }
    for (const cell of this.foot.querySelectorAll("[data-sum]")) {
      if (cell.dataset.sum in sums) cell.textContent = showAmount(fromCents(sums[cell.dataset.sum]));
    }
  }

  get range() {
    const [top, end] = [this.at.row, this.from.row].sort((a, b) => a - b);
    const [start, stop] = [this.at.column, this.from.column].sort((a, b) => a - b);
    return { top, end, start, stop };
  }

  get row() { return this.rows.list[this.at.row]; }
  get column() { return this.columns[this.at.column]; }

  paint() {
    this.chosen = this.row;
    const { top, end, start, stop } = this.range;
    for (const node of this.body.children) {
      const at = Number(node.dataset.row);
      for (const cell of node.querySelectorAll("[data-column]")) {
        const column = Number(cell.dataset.column);
        cell.classList.toggle("chosen", at >= top && at <= end && column >= start && column <= stop);
      }
    }
    this.cover();
  }

  // Lays the field over the chosen cell.
  cover() {
    const box = this.box.getBoundingClientRect(), head = this.head.children[this.at.column + 1].getBoundingClientRect();
    const inline = this.upright ? head.top - box.top + this.box.scrollTop - this.box.clientTop : head.left - box.left + this.box.scrollLeft - this.box.clientLeft;
    const style = this.field.style;
    style.insetInlineStart = `${inline}px`;
    style.insetBlockStart = `${this.headSize + this.at.row * this.size}px`;
    style.inlineSize = `${this.upright ? head.height : head.width}px`;
    style.blockSize = `${this.size}px`;
  }

  // Scrolls as little as needed so that the chosen cell is seen beside head, foot and row numbers.
  reveal() {
    const place = this.at.row * this.size, seen = this.extent - this.headSize - this.footSize - this.size;
    let offset = this.offset;
    if (place < offset) offset = place;
    else if (place > offset + seen) offset = place - seen;
    const head = this.head.children[this.at.column + 1], number = this.head.firstElementChild.getBoundingClientRect();
    const [start, length] = this.upright ? [head.offsetTop, head.offsetHeight] : [head.offsetLeft, head.offsetWidth];
    const [scroll, view, side] = this.upright ? [this.box.scrollTop, this.box.clientHeight, number.height] : [this.box.scrollLeft, this.box.clientWidth, number.width];
    let along = scroll;
    if (start - side < scroll) along = start - side;
    else if (start + length > scroll + view) along = start + length - view;
    this.box.scrollTo(this.upright ? { left: offset, top: along } : { top: offset, left: along });
    this.scrolled();
  }

  // Which cell a pointer event hits: {row, column}, column -1 for the row's number; null outside.
  hit(event) {
    const node = event.target.closest?.("tr[data-row]");
    if (!node) return null;
    const cell = event.target.closest("[data-column]");
    return { row: Number(node.dataset.row), column: cell ? Number(cell.dataset.column) : -1 };
  }
}
