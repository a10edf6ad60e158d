// Draws the definition as cards: a step is one card, a branch a card with its ways side by side.
import { isBranch, newArm, renamed, walk } from "./flowdesign-model.js";

export class Cards {
  // page: data, make(template), changed(redraw), conditions, definition
  constructor(page) {
    this.page = page;
    this.open = new WeakSet(); // nodes and ways whose card stands open
    this.cards = new Map(); // path → card
    this.places = new WeakMap(); // a place between cards → [list, index]
  }

  draw(box) {
    this.cards.clear();
    this.before = new Map();
    walk(this.page.definition.steps, (node, _list, _index, _path, before) => this.before.set(node, before));
    box.replaceChildren(this.list(this.page.definition.steps, "steps"));
  }

  list(nodes, path) {
    const list = document.createElement("ol");
    list.className = "flow-list";
    list.append(this.gap(nodes, 0));
    nodes.forEach((node, at) => {
      const here = `${path}[${at}]`;
      const card = isBranch(node) ? this.branch(node, here) : this.step(node, here);
      card.node = node;
      this.cards.set(here, card);
      list.append(card, this.gap(nodes, at + 1));
    });
    return list;
  }

  gap(nodes, index) {
    const gap = this.page.make("gap");
    this.places.set(gap, [nodes, index]);
    return gap;
  }

  fold(card, thing) {
    const details = card.querySelector(":scope > details");
    details.open = this.open.has(thing);
    details.addEventListener("toggle", () => (details.open ? this.open.add(thing) : this.open.delete(thing)));
  }

  field(card, name, value, write) {
    const field = card.querySelector(`:scope [data-field="${name}"]`);
    if (!field) return null;
    field.value = value;
    field.addEventListener("input", () => write(field.value, field));
    if (field.tagName === "SELECT") field.addEventListener("change", () => write(field.value, field));
    return field;
  }

  names(card, thing) {
    const title = card.querySelector("[data-title]");
    const show = () => { title.textContent = thing.name.zh || thing.name.mn || this.page.data.texts.unnamed; };
    for (const language of ["zh", "mn"]) {
      this.field(card, `name.${language}`, thing.name[language], (text) => {
        thing.name[language] = text;
        show();
        this.page.changed();
      });
    }
    show();
  }

  step(node, path) {
    const card = this.page.make("step");
    const set = (name, convert = (text) => text) => (text) => { node[name] = convert(text); this.page.changed(); };
    const number = (text) => Number.parseInt(text, 10) || 0;
    this.names(card, node);
    card.dataset.path = path;
    this.field(card, "key", node.key, (text) => { renamed(this.page.definition, node, text.trim()); this.page.changed(); });
    this.field(card, "mode", node.mode, set("mode"));
    this.field(card, "stage", node.stage ?? "", set("stage"));
    this.field(card, "days", node.days, set("days", number));
    this.field(card, "remind", node.remind, set("remind", number));
    this.field(card, "resume", node.resume, set("resume"));
    this.returns(card, node, set("return_to"));
    this.approvers(card, node);
    this.escalation(card, node);
    for (const box of card.querySelectorAll("[data-ask]")) {
      box.checked = node.ask.includes(box.value);
      box.addEventListener("change", () => {
        node.ask = [...card.querySelectorAll("[data-ask]:checked")].map((one) => one.value);
        this.page.changed();
      });
    }
    this.condition(card, node);
    this.fold(card, node);
    return card;
  }

  returns(card, node, write) {
    const earlier = this.before.get(node) ?? [];
    const select = card.querySelector('[data-field="return_to"]');
    const names = new Map();
    walk(this.page.definition.steps, (other) => isBranch(other) || names.set(other.key, other.name.zh || other.key));
    const known = [...earlier, ...(names.has(node.return_to) && !earlier.includes(node.return_to) ? [node.return_to] : [])];
    select.append(...known.map((key) => new Option(`→ ${names.get(key)}`, key)));
    this.field(card, "return_to", node.return_to, write);
  }

  approvers(card, node) {
    const who = node.approvers;
    const kind = this.field(card, "kind", who.kind, () => {
      const role = node.approvers.role, places = this.page.data.places[role] ?? [];
      node.approvers = kind.value === "post"
        ? { kind: "post", role, node: { type: this.page.data.nodeTypes[places[0]] ?? "region", code: "" } }
        : { kind: kind.value, role, at: places[0] ?? "unit" };
      this.page.changed(true);
    });
    this.field(card, "role", who.role, (role) => {
      const places = this.page.data.places[role] ?? [];
      node.approvers.role = role;
      if (who.kind === "post") node.approvers.node = { type: this.page.data.nodeTypes[places[0]] ?? "region", code: "" };
      else if (!places.includes(who.at)) node.approvers.at = places[0];
      this.page.changed(true);
    });
    this.options(card.querySelector('[data-field="at"]'), this.page.data.places[who.role] ?? []);
    this.field(card, "at", who.at ?? "", (at) => { node.approvers.at = at; this.page.changed(); });
    this.field(card, "node.type", who.node?.type ?? "region", (type) => { node.approvers.node.type = type; this.page.changed(); });
    const code = this.field(card, "node.code", who.node?.code ?? "", (text) => { node.approvers.node.code = text.trim(); this.page.changed(); });
    code?.addEventListener("input", () => this.page.suggest(code, node.approvers.node.type));
    card.querySelector("[data-at]").hidden = who.kind === "post";
    card.querySelector("[data-node]").hidden = who.kind !== "post";
  }

  options(select, known) {
    for (const option of [...select.options]) if (option.value && !known.includes(option.value)) option.remove();
  }

  escalation(card, node) {
    const role = node.escalate?.role ?? "";
    this.field(card, "escalate.role", role, (chosen) => {
      node.escalate = chosen ? { role: chosen, at: (this.page.data.places[chosen] ?? [])[0] } : null;
      this.page.changed(true);
    });
    const at = card.querySelector('[data-field="escalate.at"]');
    at.closest(".f").hidden = !role;
    this.options(at, this.page.data.places[role] ?? []);
    this.field(card, "escalate.at", node.escalate?.at ?? "", (place) => { node.escalate.at = place; this.page.changed(); });
  }

  // A condition that is not always there: a step has none until one is asked for.
  condition(card, thing) {
    const box = card.querySelector(":scope > details [data-condition]") ?? card.querySelector("[data-condition]");
    box.replaceChildren(this.page.conditions.builder(thing.when, (condition) => {
      thing.when = condition;
      this.page.changed();
    }));
  }

  branch(node, path) {
    const card = this.page.make("branch");
    card.dataset.path = path;
    const arms = card.querySelector("[data-arms]");
    node.branches.forEach((arm, at) => arms.append(this.arm(node, arm, at, `${path}.branches[${at}]`)));
    card.querySelector("[data-add=arm]").addEventListener("click", () => {
      const arm = newArm();
      node.branches.splice(Math.max(0, node.branches.length - 1), 0, arm); // the default one stays the last
      this.open.add(arm);
      this.page.changed(true);
    });
    return card;
  }

  arm(node, arm, at, path) {
    const box = this.page.make("arm"), last = at === node.branches.length - 1;
    box.dataset.path = path;
    this.cards.set(path, box);
    this.names(box, arm);
    box.querySelector("[data-number]").textContent = at + 1;
    box.querySelector("[data-default]").hidden = !last;
    box.querySelector("[data-own]").hidden = last && !arm.when;
    this.condition(box, arm);
    this.fold(box, arm);
    for (const [name, by] of [["up", -1], ["down", 1]]) {
      const button = box.querySelector(`[data-arm=${name}]`);
      button.disabled = last || at + by < 0 || at + by >= node.branches.length - 1;
      button.addEventListener("click", () => {
        node.branches.splice(at + by, 0, ...node.branches.splice(at, 1));
        this.page.changed(true);
      });
    }
    const gone = box.querySelector("[data-arm=remove]");
    gone.disabled = last;
    gone.addEventListener("click", () => { node.branches.splice(at, 1); this.page.changed(true); });
    box.append(this.list(arm.steps, `${path}.steps`));
    return box;
  }

  // The card at a path, or the nearest one around it.
  at(path) {
    for (let here = path; here; here = here.replace(/(\.[^.[\]]+|\[\d+\])$/, "")) {
      if (this.cards.has(here)) return this.cards.get(here);
      if (!/[.[]/.test(here)) break;
    }
    return null;
  }
}
