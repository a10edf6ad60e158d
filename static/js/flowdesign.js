// The designer of flows: cards above a JSON text that is the truth; without this script the text is edited itself.
import { Cards } from "./flowdesign-cards.js";
import { Conditions } from "./flowdesign-condition.js";
import { completed, newBranch, newStep, put, remove, step } from "./flowdesign-model.js";
import { listen } from "./flowdesign-move.js";
import { Saver } from "./flowdesign-save.js";

const form = document.querySelector("[data-flow-form]");
const data = JSON.parse(document.getElementById("flow-data").textContent);
const box = document.querySelector("[data-flow-cards]");

function make(name) {
  const made = document.querySelector(`template[data-template="${name}"]`).content.firstElementChild.cloneNode(true);
  // Labels point to their fields by ids of their own.
  for (const label of made.querySelectorAll("label[data-for]")) {
    const field = made.querySelector(`[data-field="${label.dataset.for}"]`);
    field.id ||= `flow-${(make.count = (make.count ?? 0) + 1)}`;
    label.htmlFor = field.id;
  }
  return made;
}

const page = {
  data,
  make,
  definition: completed(JSON.parse(form.elements.body.value || "{}")),
  conditions: new Conditions(data, make),
  changed(redraw = false) {
    if (redraw) draw();
    saver.changed(this.definition);
  },
  async suggest(field, type) {
    const found = await fetch(`${data.nodes}?${new URLSearchParams({ type, q: field.value })}`, { headers: { Accept: "application/json" } });
    if (!found.ok || found.redirected) return;
    const list = document.getElementById("flow-nodes");
    const { rows } = await found.json();
    list.replaceChildren(...rows.map(({ code, name }) => new Option(`${code} ${name}`, code)));
  },
};
const cards = new Cards(page);
const saver = new Saver(form, data.texts, judge);
let judged = { problems: data.problems, sentences: data.sentences };

function draw() {
  cards.draw(box);
  judge(judged);
}

// Shows what is wrong at its card, and what each card says in words.
function judge(answer) {
  judged = { problems: answer.problems ?? judged.problems, sentences: answer.sentences ?? judged.sentences };
  for (const list of box.querySelectorAll("[data-problems]")) list.replaceChildren();
  const general = document.querySelector("[data-flow-problems]");
  general.replaceChildren();
  for (const { path, message } of judged.problems) {
    const card = cards.at(path);
    const item = document.createElement("li");
    item.textContent = message;
    (card?.querySelector("[data-problems]") ?? general).append(item);
  }
  for (const card of box.querySelectorAll("[data-path]")) {
    card.classList.toggle("wrong", card.querySelector("[data-problems]").childElementCount > 0);
    const said = card.querySelector("[data-said]");
    if (card.dataset.path in judged.sentences) said.textContent = judged.sentences[card.dataset.path];
  }
  const count = judged.problems.length;
  document.querySelector("[data-flow-fit]").hidden = count > 0;
  document.querySelector("[data-flow-unfit]").hidden = count === 0;
  document.querySelector("[data-flow-count]").textContent = count;
}

box.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  const gap = button.closest(".flow-gap");
  if (gap && button.dataset.add) {
    const node = button.dataset.add === "branch" ? newBranch(page.definition) : newStep(page.definition);
    const [list, index] = cards.places.get(gap);
    list.splice(index, 0, node);
    cards.open.add(node);
    page.changed(true);
    focusOn(node);
  }
  const card = button.closest("[data-step], [data-branch]");
  if (button.dataset.do === "remove") {
    remove(page.definition, card.node);
    page.changed(true);
  } else if (button.dataset.do) {
    moved(card.node, button.dataset.do === "up" ? -1 : 1, button.dataset.do);
  }
});

function cardOf(node) {
  return [...cards.cards.values()].find((card) => card.node === node);
}

function focusOn(node, what = "summary") {
  cardOf(node)?.querySelector(what)?.focus();
}

function moved(node, by, name) {
  if (!step(page.definition, node, by)) return;
  page.changed(true);
  focusOn(node, `[data-do=${name}]`);
}

listen(box, {
  cardNode: (element) => element.closest("[data-step], [data-branch]")?.node,
  keyMoved: (node, by) => moved(node, by, "handle"),
  dropped(node, gap) {
    if (!put(page.definition, node, ...cards.places.get(gap))) return;
    page.changed(true);
    focusOn(node, "[data-do=handle]");
  },
});

// The text may be edited as well: leaving it draws the cards anew.
form.elements.body.addEventListener("change", () => {
  try {
    page.definition = completed(JSON.parse(form.elements.body.value));
  } catch {
    saver.say("failed", data.texts.nojson);
    return;
  }
  draw();
  saver.changed(page.definition);
});

document.querySelector("[data-flow-ready]").hidden = false;
document.querySelector("[data-flow-text]")?.removeAttribute("open"); // it stands open for those without a script
draw();
