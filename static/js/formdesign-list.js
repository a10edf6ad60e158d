// A list of fields or columns: chosen by a click, moved by dragging or by buttons, copied and removed.
const standing = () => getComputedStyle(document.documentElement).writingMode.startsWith("vertical");

function icon(sheet, name) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  made.setAttribute("class", "icon");
  made.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${sheet}#${name}`);
  made.append(use);
  return made;
}

function button(name, sign, label) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "btn quiet small";
  made.dataset.act = name;
  made.title = label;
  made.setAttribute("aria-label", label);
  const turned = document.createElement("span");
  turned.className = "turn";
  turned.append(sign);
  made.append(turned);
  return made;
}

export class List {
  constructor(list, designer, fields) {
    Object.assign(this, { list, designer, fields, wrong: new Set(), dragged: null });
    list.addEventListener("click", (event) => this.onClick(event));
    list.addEventListener("dragstart", (event) => this.onStart(event));
    list.addEventListener("dragover", (event) => this.onOver(event));
    list.addEventListener("drop", (event) => this.onDrop(event));
    list.addEventListener("dragend", () => this.clear());
  }

  draw(chosen) {
    this.list.replaceChildren(...this.fields().map((field, at) => this.item(field, at, chosen)));
  }

  item(field, at, chosen) {
    const { texts, types, locked, icons } = this.designer.words;
    const item = document.createElement("li");
    item.draggable = true;
    item.dataset.at = at;
    if (field === chosen) item.setAttribute("aria-current", "true");
    if (this.wrong.has(field)) item.classList.add("wrong");
    const name = document.createElement("button");
    name.type = "button";
    name.className = "design-name";
    name.dataset.act = "open";
    const label = document.createElement("b");
    label.textContent = (document.documentElement.lang.startsWith("mn") && field.label?.mn) || field.label?.zh || field.key;
    const kind = document.createElement("span");
    kind.className = "mut small";
    kind.textContent = types[field.type] ?? field.type;
    name.append(label, kind);
    if (field.required) name.append(this.tag("*", texts.required));
    if (locked[field.key] && this.designer.list === this) name.append(this.tag(icon(icons, "lock"), texts.locked.replace("{}", locked[field.key])));
    const says = (text) => `${label.textContent}: ${text}`;
    item.append(name, button("up", "↑", says(texts.up)), button("down", "↓", says(texts.down)),
      button("copy", icon(icons, "document"), says(texts.copy)), button("remove", icon(icons, "trash"), says(texts.remove)));
    item.querySelector("[data-act=remove]").disabled = Boolean(locked[field.key]) && this.designer.list === this;
    item.querySelector("[data-act=up]").disabled = at === 0;
    item.querySelector("[data-act=down]").disabled = at === this.fields().length - 1;
    return item;
  }

  tag(sign, label) {
    const made = document.createElement("span");
    made.className = "design-tag";
    made.title = label;
    made.append(sign);
    return made;
  }

  onClick(event) {
    const act = event.target.closest("[data-act]")?.dataset.act;
    const at = Number(event.target.closest("li")?.dataset.at);
    if (!act) return;
    if (act === "open") this.open(at);
    else if (act === "up") this.move(at, at - 1, act);
    else if (act === "down") this.move(at, at + 1, act);
    else if (act === "copy") this.copy(at);
    else this.remove(at);
  }

  open(at) {
    this.designer.panel.open(this.fields()[at]);
    this.designer.draw();
    this.designer.panel.box.scrollIntoView({ block: "nearest", inline: "nearest" }); // on a phone it stands below the list
  }

  move(from, to, act) {
    const fields = this.fields();
    if (to < 0 || to >= fields.length || from === to) return;
    fields.splice(to, 0, ...fields.splice(from, 1));
    this.designer.changed();
    this.designer.say(this.designer.words.texts.moved.replace("{}", to + 1));
    const item = this.list.children[to];
    if (act) (item.querySelector(`[data-act=${act}]:not(:disabled)`) ?? item.querySelector("[data-act]")).focus();
  }

  copy(at) {
    const fields = this.fields();
    const copied = structuredClone(fields[at]);
    copied.key = this.designer.fresh(copied.type, fields).key;
    fields.splice(at + 1, 0, copied);
    this.designer.panel.open(copied);
    this.designer.changed();
  }

  remove(at) {
    const [gone] = this.fields().splice(at, 1);
    this.designer.panel.forget(gone);
    this.designer.changed();
    (this.list.children[Math.min(at, this.list.children.length - 1)]?.querySelector("button") ?? this.designer.form.querySelector("[data-add]")).focus();
  }

  onStart(event) {
    const item = event.target.closest("li");
    this.dragged = Number(item.dataset.at);
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", item.dataset.at);
    item.classList.add("dragged");
    event.stopPropagation();
  }

  // Where it would land: before or behind the item under the pointer, by the half it points to along the block axis.
  place(event) {
    const item = event.target.closest("li");
    if (!item || item.parentElement !== this.list) return null;
    const box = item.getBoundingClientRect();
    const behind = standing() ? event.clientX > box.left + box.width / 2 : event.clientY > box.top + box.height / 2;
    return { item, behind };
  }

  onOver(event) {
    if (this.dragged === null) return;
    event.preventDefault();
    const place = this.place(event);
    for (const item of this.list.children) item.classList.remove("before", "behind");
    place?.item.classList.add(place.behind ? "behind" : "before");
  }

  onDrop(event) {
    if (this.dragged === null) return;
    event.preventDefault();
    const place = this.place(event);
    const from = this.dragged;
    this.clear();
    if (!place) return;
    const at = Number(place.item.dataset.at) + (place.behind ? 1 : 0);
    this.move(from, at > from ? at - 1 : at);
  }

  clear() {
    this.dragged = null;
    for (const item of this.list.children) item.classList.remove("before", "behind", "dragged");
  }
}
