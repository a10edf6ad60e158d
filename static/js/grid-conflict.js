// Two people changed the same lines: line by line mine and theirs, and a choice.
import { fill, make } from "./grid-view.js";

export class Conflicts {
  constructor(goal, texts, rows, done) {
    Object.assign(this, { goal, texts, rows, done, open: false });
  }

  show(answer, work) {
    this.open = true;
    const chosen = new Map();
    const parts = answer.conflicts.map((conflict) => this.part(conflict, chosen));
    const button = make("button", { type: "button", class: "btn pri" }, this.texts.save_choices);
    button.addEventListener("click", () => this.apply(answer.conflicts, chosen, work));
    const box = make("section", { class: "card conflicts", role: "alertdialog", "aria-label": answer.message, tabindex: "-1" }, make("p", {}, answer.message), ...parts, make("p", { class: "btns" }, button));
    this.goal.replaceChildren(box);
    box.focus();
  }

  part(conflict, chosen) {
    const { texts } = this;
    const title = conflict.name === "declared_total" ? texts.declared_total : fill(texts.line, { number: conflict.number ?? "–" });
    const by = conflict.when ? fill(conflict.theirs ? texts.changed_by : texts.deleted_by, { who: conflict.who, when: conflict.when }) : "";
    const lines = conflict.fields.map(([label, mine, theirs]) =>
      make("tr", {}, make("th", { scope: "row" }, label), make("td", { class: "text" }, conflict.mine ? mine || texts.empty : texts.deleted), make("td", { class: "text" }, conflict.theirs ? theirs || texts.empty : texts.deleted)),
    );
    const head = make("tr", {}, ...["", texts.mine_side, texts.theirs_side].map((text) => make("th", { scope: "col" }, text)));
    const choices = [["mine", texts.mine], ["theirs", texts.theirs]].map(([value, label]) => {
      const radio = make("input", { type: "radio", name: `choose-${conflict.name}`, value, checked: value === "theirs" });
      radio.addEventListener("change", () => chosen.set(conflict.name, value));
      return make("label", {}, radio, ` ${label}`);
    });
    const table = make("table", {}, make("thead", {}, head), make("tbody", {}, ...lines));
    return make("fieldset", {}, make("legend", {}, title), make("p", { class: "mut" }, by), table, make("p", { class: "btns" }, ...choices));
  }

  apply(conflicts, chosen, work) {
    for (const conflict of conflicts) this.settle(conflict, chosen.get(conflict.name) === "mine", work);
    this.open = false;
    this.goal.replaceChildren();
    this.done();
  }

  settle(conflict, mine, { sent, gone }) {
    const { rows } = this;
    if (conflict.name === "declared_total") {
      this.done.declared(conflict, mine);
      return;
    }
    const row = [...sent.map(([one]) => one), ...gone].find((one) => rows.nameOf(one) === conflict.name);
    if (!row) return;
    if (mine && conflict.theirs) row.base = conflict.stamp; // written over theirs, knowingly
    else if (mine) rows.forget(row); // they deleted it: it is written anew
    else if (!conflict.theirs) {
      rows.forget(row);
      rows.list = rows.list.filter((one) => one !== row);
    } else {
      const values = rows.written.map((name) => conflict.theirs[name]);
      rows.gone.delete(row);
      if (!rows.list.includes(row)) rows.list.splice(Math.max(0, (conflict.number ?? 1) - 1), 0, row);
      rows.settle(row, [Number(conflict.name) || row.pk, conflict.stamp, "", ...values]);
    }
  }
}
