// The condition of a rule built with drop-downs above its text (JSON), which goes out with the form; without this script the text is edited.
import { Conditions } from "./flowdesign-condition.js";

const field = document.querySelector("textarea[name=condition]");
const data = JSON.parse(document.getElementById("condition-data").textContent);
const make = (name) => document.querySelector(`template[data-template="${name}"]`).content.firstElementChild.cloneNode(true);

function read() {
  try {
    return JSON.parse(field.value || "null");
  } catch {
    return undefined; // broken text is shown as it stands
  }
}

const held = read();
if (held !== undefined) {
  const builder = new Conditions(data, make).builder(held, (condition) => {
    field.value = condition ? JSON.stringify(condition) : "";
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
  builder.className = "rule-condition";
  field.before(builder);
  field.hidden = true;
}

// What belongs to the other phase is put away.
const phase = document.querySelector("select[name=phase]");
function update() {
  const timed = phase.value === "timed";
  for (const [name, shown] of [["condition", !timed], ["measure", timed], ["parameters", timed]]) {
    const box = document.querySelector(`[name=${name}]`)?.closest(".f");
    if (box) box.hidden = !shown;
  }
}
phase?.addEventListener("change", update);
if (phase) update();
