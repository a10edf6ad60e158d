// Codes written into a field ([data-code-picker]): what is typed is looked up, a choice writes code and name.
import { Picker } from "./picker.js";

class CodePicker extends Picker {
  constructor(box) {
    // What the field holds is what is sent: there is no hidden key, and no link to a page of choices.
    const hidden = document.createElement("input"), link = document.createElement("a");
    hidden.type = "hidden";
    box.prepend(hidden);
    box.append(link);
    box.dataset.picker = box.dataset.codePicker;
    box.dataset.hint = box.querySelector(".picker-text").placeholder;
    super(box);
    hidden.remove();
    this.value = this.field;
  }

  get parameters() {
    const given = this.box.dataset;
    return Object.fromEntries(["catalog", "year", "region"].filter((name) => given[name]).map((name) => [name, given[name]]));
  }
  fetch(parameters) { return super.fetch({ ...parameters, ...this.parameters }); }

  item(row, level) {
    const item = super.item(row, level);
    item.dataset.value = item.dataset.name = `${row.code}-${row.name}`;
    return item;
  }

  choose(value) {
    this.field.value = this.chosen = value;
    this.show(false);
    this.field.dispatchEvent(new Event("input", { bubbles: true }));
    clearTimeout(this.timer);
  }

  leave() {
    clearTimeout(this.timer);
    this.stop?.abort();
    this.show(false);
    this.chosen = this.field.value; // what was typed stays: the server reads the code at its beginning
  }
}

const start = (root) => root.querySelectorAll(".picker[data-code-picker]").forEach((box) => new CodePicker(box));
start(document);
document.addEventListener("wizard:row", (event) => start(event.target));
