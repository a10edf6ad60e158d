// The lines of the sheet in the browser: what is written, what the server has, and what can be undone.
import { newKey } from "./grid-values.js";

const SPARE = 30;
const REQUIRED = ["function", "department_economic", "fund", "amount"];

export class Rows {
  constructor(written, data) {
    this.written = written;
    this.list = data.map((line) => this.known(line));
    this.gone = new Set(); // lines taken out here that the server still has
    this.undone = [];
    this.done = [];
    this.spare();
  }

  // A line as the server tells it: pk, stamp, government class, values.
  known([pk, base, government, ...values]) {
    const saved = Object.fromEntries(this.written.map((name, at) => [name, values[at]]));
    return { key: newKey(), pk, base, government, saved, values: { ...saved }, errors: {}, bad: "" };
  }

  blank() {
    const values = Object.fromEntries(this.written.map((name) => [name, ""]));
    return { key: newKey(), pk: null, base: "", government: "", saved: null, values, errors: {}, bad: "" };
  }

  // Empty rows at the end are only paper to write on.
  spare() {
    let empty = 0;
    while (empty < SPARE && empty < this.list.length && this.isSpare(this.list.at(-1 - empty))) empty += 1;
    for (; empty < SPARE; empty += 1) this.list.push(this.blank());
  }

  isEmpty(row) {
    return this.written.every((name) => row.values[name] === "");
  }

  isSpare(row) {
    return !row.pk && this.isEmpty(row);
  }

  isChanged(row) {
    if (!row.saved) return !this.isEmpty(row);
    return this.written.some((name) => row.values[name] !== row.saved[name]);
  }

  isWhole(row) {
    return REQUIRED.every((name) => row.values[name] !== "");
  }

  nameOf(row) {
    return row.pk ? String(row.pk) : row.key;
  }

  // edits: [row, column, text]; the step can be undone as one.
  change(edits, inserted = [], removed = []) {
    const step = { edits: [], inserted, removed };
    this.move(step.removed, step.inserted);
    for (const [row, name, to] of edits) {
      if (row.values[name] === to) continue;
      step.edits.push({ row, name, from: row.values[name], to });
      row.values[name] = to;
    }
    if (!step.edits.length && !inserted.length && !removed.length) return false;
    this.done.push(step);
    this.undone = [];
    this.spare();
    return true;
  }

  // Lists of {row, at}: takes the first ones out and puts the second ones in.
  move(out, into) {
    for (const { row } of [...out].reverse()) {
      this.list.splice(this.list.indexOf(row), 1);
      if (row.pk) this.gone.add(row);
    }
    for (const { row, at } of into) {
      this.list.splice(Math.min(at, this.list.length), 0, row);
      this.gone.delete(row);
    }
  }

  undo() {
    const step = this.done.pop();
    if (!step) return null;
    for (const { row, name, from } of [...step.edits].reverse()) row.values[name] = from;
    this.move(step.inserted, step.removed);
    this.undone.push(step);
    this.spare();
    return step;
  }

  redo() {
    const step = this.undone.pop();
    if (!step) return null;
    this.move(step.removed, step.inserted);
    for (const { row, name, to } of step.edits) row.values[name] = to;
    this.done.push(step);
    this.spare();
    return step;
  }

  // Lines that the server has and that are to go: deleted ones, and those whose cells were all emptied.
  removals() {
    return [...this.gone, ...this.list.filter((row) => row.pk && this.isEmpty(row))];
  }

  changed() {
    return this.list.filter((row) => !this.isEmpty(row) && this.isChanged(row));
  }

  forget(row) {
    this.gone.delete(row);
    Object.assign(row, { pk: null, base: "", saved: null, key: newKey(), government: "", errors: {}, bad: "" });
  }

  // What the server now has for a line; what was typed since `sent` stays.
  settle(row, [pk, base, government, ...values], sent) {
    const saved = Object.fromEntries(this.written.map((name, at) => [name, values[at]]));
    for (const name of this.written) {
      if (!sent || row.values[name] === sent[name]) row.values[name] = saved[name];
    }
    Object.assign(row, { pk, base, government, saved, errors: {}, bad: "" });
    // A line whose first answer was lost may have come back as a line of its own.
    this.list = this.list.filter((other) => other === row || other.pk !== pk);
  }

  // The whole sheet after others have saved too. Returns how many lines came out differently than they stood here.
  refresh(all) {
    const here = new Map([...this.list, ...this.gone].filter((row) => row.pk).map((row) => [row.pk, row]));
    const told = new Set(all.map((line) => line[0]));
    let different = 0, before = -1;
    for (const line of all) {
      const row = here.get(line[0]);
      if (!row) {
        this.list.splice(before + 1, 0, this.known(line));
        before += 1;
        different += 1;
        continue;
      }
      if (row.base !== line[1] && !this.isChanged(row)) {
        this.settle(row, line);
        different += 1;
      }
      if (!this.gone.has(row)) before = this.list.indexOf(row);
    }
    for (const [pk, row] of here) {
      if (told.has(pk)) continue;
      different += 1;
      if (this.gone.has(row)) this.forget(row);
      else if (!this.isChanged(row)) this.list.splice(this.list.indexOf(row), 1);
    }
    return different;
  }
}
