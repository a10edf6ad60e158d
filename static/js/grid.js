// The entry page: the lines of a sheet as a grid that is worked like a spreadsheet and saves by itself.
import { Codes } from "./grid-codes.js";
import { Conflicts } from "./grid-conflict.js";
import { Hands } from "./grid-hands.js";
import { Rows } from "./grid-rows.js";
import { Saver } from "./grid-save.js";
import { readAmount, showAmount } from "./grid-values.js";
import { fill, make, View } from "./grid-view.js";

const data = JSON.parse(document.getElementById("grid-data").textContent);
const { texts } = data;
const part = (name) => document.querySelector(`[data-grid-${name}]`);
const LISTED = 50;

class Page {
  constructor(codes) {
    this.rows = new Rows(data.written, data.rows);
    this.saver = new Saver(data, this.rows, this);
    const restored = this.saver.restore();
    this.view = new View(document.querySelector("[data-grid]"), data, this.rows, codes);
    this.hands = new Hands(this.view, this.rows, codes, {
      changed: () => this.saver.changed(),
      writing: () => clearTimeout(this.saver.timer),
      leftRow: () => this.saver.later(),
      save: () => this.saver.now(),
      say: (text) => this.say(text),
    });
    const done = () => { this.redrawn(0); this.saver.later(0); };
    done.declared = (conflict, mine) => this.settleDeclared(conflict, mine);
    this.conflicts = new Conflicts(part("conflict"), texts, this.rows, done);
    this.tools();
    this.declared();
    this.status("saved");
    if (restored) {
      this.say(fill(texts.restored, { count: restored }));
      this.saver.later(0);
    }
    this.asked();
    this.view.field.focus({ preventScroll: true });
  }

  // A finding of the checks leads here: …/edit/#line-12.
  asked() {
    const number = Number(location.hash.match(/^#line-(\d{1,6})$/)?.[1]);
    const at = this.view.number.indexOf(number);
    if (at >= 0) this.hands.go(at, 0);
  }

  tools() {
    part("tools").hidden = false;
    part("tools").addEventListener("click", (event) => {
      const act = event.target.closest("[data-do]")?.dataset.do;
      const acts = { undo: "undo", redo: "redo", insert: "insertRow", remove: "removeRows", fill: "fillDown" };
      if (!act) return;
      this.hands[acts[act]]();
      this.view.field.focus({ preventScroll: true });
    });
    for (const link of document.querySelectorAll("[data-grid-leave]")) {
      link.addEventListener("click", async (event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        this.hands.commit();
        await this.saver.now();
        if (!this.conflicts.open) location.assign(link.href);
      });
    }
  }

  declared() {
    const field = document.getElementById("id_declared_total");
    field.value = showAmount(this.saver.declared.value);
    field.addEventListener("change", () => {
      this.saver.declared.value = field.value.trim() && (readAmount(field.value) ?? field.value.trim());
      field.value = showAmount(this.saver.declared.value);
      this.saver.changed();
    });
  }

  settleDeclared(conflict, mine) {
    const theirs = conflict.theirs.declared_total;
    this.saver.declared = { value: mine ? this.saver.declared.value : theirs, saved: theirs };
    document.getElementById("id_declared_total").value = showAmount(this.saver.declared.value);
  }

  declaredBad(reason) {
    const field = document.getElementById("id_declared_total");
    field.setAttribute("aria-invalid", reason ? "true" : "false");
    field.title = reason;
    if (reason) this.say(`${texts.declared_total}: ${reason}`);
  }

  // A row whose cells are still being written is not sent while it lacks what every line has.
  isWriting(row) {
    return document.activeElement === this.view.field && this.view.row === row && (this.hands.mode !== "ready" || !this.rows.isWhole(row)) && !this.saver.waiting.length;
  }

  inConflict() {
    return this.conflicts.open;
  }

  status(name, more = "") {
    const line = part("status");
    line.dataset.state = name;
    line.textContent = `${texts[name]} ${more}`.trim();
  }

  say(text) {
    const note = make("p", { class: "mut" }, text);
    part("said").replaceChildren(note);
  }

  // Everything that can be saved is; what is left lacks something.
  settled() {
    const bad = this.rows.list.filter((row) => row.bad), open = this.rows.changed();
    if (bad.length) this.status("some_bad");
    else this.status(open.length ? "changed" : "saved");
    if (bad.length) part("status").textContent = bad.length === 1 ? texts.one_bad : fill(texts.some_bad, { count: bad.length });
    this.list(bad);
  }

  list(bad) {
    const lines = bad.slice(0, LISTED).flatMap((row) =>
      Object.entries(row.errors).map(([name, reasons]) => {
        const at = this.rows.list.indexOf(row), column = this.view.columns.findIndex((one) => one.name === name);
        const label = this.view.columns[column]?.label ?? "";
        const text = `${fill(texts.line, { number: this.view.number[at] })} · ${label}: ${reasons.join(" ")}`;
        const link = make("button", { type: "button", class: "link" }, text);
        link.addEventListener("click", () => {
          this.hands.go(this.rows.list.indexOf(row), Math.max(0, column));
          this.view.field.focus({ preventScroll: true });
        });
        return make("li", {}, link);
      }),
    );
    part("bad").replaceChildren(...(lines.length ? [make("ul", { class: "plain" }, ...lines)] : []));
  }

  redrawn(different) {
    const writing = this.hands.mode !== "ready";
    this.view.follow();
    this.view.draw();
    if (!writing) this.hands.load();
    if (different) this.say(fill(texts.merged, { count: different }));
  }

  conflict(answer, work) {
    this.status("refused", answer.message);
    this.redrawn(0);
    this.conflicts.show(answer, work);
  }
}

async function begin() {
  const response = await fetch(data.urls.codes, { headers: { Accept: "application/json" } });
  const codes = new Codes(await response.json(), data.nature, data.kinds, data.projects);
  new Page(codes);
}
begin().catch(() => location.assign("?plain"));
