// The rows of a table in an answer form as this browser keeps them: only those with something in them, as the server does.
export class AnswerRows {
  constructor(box) {
    this.box = box;
    this.name = box.dataset.answerRows;
  }

  get rows() {
    return [...this.box.querySelector("tbody").rows].map((row) => new Map([...row.querySelectorAll("[name]")].map((field) => [field.name.replace(/^.*-\d+-/, ""), field])));
  }

  kept() {
    const rows = this.rows.map((row) => [...row].map(([key, field]) => [key, field.value]));
    return rows.filter((row) => row.some(([, value]) => value.trim()));
  }

  fill(kept) {
    this.box.dispatchEvent(new CustomEvent("answers:rows", { detail: kept.length }));
    for (const [at, row] of this.rows.entries()) {
      const values = new Map(kept[at] ?? []);
      for (const [key, field] of row) field.value = values.get(key) ?? "";
    }
    this.box.dispatchEvent(new Event("change", { bubbles: true }));
  }
}
