// Classification codes of the year: found by code, name and initials, shown with their names.
import { narrow } from "./grid-values.js";

const IGNORED = /[\u180b-\u180f\u202f\u200b-\u200d\u1807\ufeff]/g;
const FOLDED = { "ᠡ": "ᠠ", "ᠤ": "ᠣ", "ᠦ": "ᠥ", "ᠳ": "ᠲ", "ᠭ": "ᠬ", "ᠵ": "ᠶ", "ᠸ": "ᠧ" };

// The same folding as the search keys of the server.
function fold(text) {
  const plain = narrow(text.normalize("NFC")).toLowerCase().replace(IGNORED, "");
  return plain.replace(/[ᠡᠤᠦᠳᠭᠵᠸ]/g, (sign) => FOLDED[sign]).replaceAll("ᠶᠢ", "ᠢ").trim();
}

export class Codes {
  // `projects` are the stored ones of the unit; where there are none, project codes are written freely.
  constructor({ leaves, derived }, nature, kinds, projects) {
    this.leaves = { ...leaves, kind: kinds.map(([value, label]) => [value, label, fold(`${value} ${label}`)]) };
    if (projects.length) this.leaves.project_code = projects;
    this.known = Object.fromEntries(
      Object.entries(this.leaves).map(([column, rows]) => [column, new Map(rows.map((row) => [row[0], row]))]),
    );
    this.derived = derived[nature] || {};
  }

  has(column) {
    return column in this.known;
  }

  // The code that a text names, alone or with its name behind it; null when there is none.
  find(column, text) {
    if (column === "kind") return this.leaves.kind.find((row) => row.slice(0, 2).includes(text.trim()))?.[0] ?? null;
    const code = narrow(text).trim().match(/^[0-9A-Z]+/)?.[0];
    return code && this.known[column].has(code) ? code : null;
  }

  show(column, code) {
    const row = this.known[column].get(code);
    if (!row || column === "project_code") return code; // its name stands in the next column
    return column === "kind" ? row[1] : `${row[0]}-${row[1]}`;
  }

  // What else a chosen row says of its line: column → text.
  brings(column, code) {
    const row = column === "project_code" && this.known[column]?.get(code);
    return row ? { project_name: row[1], kind: "project" } : {};
  }

  // A row as the list of suggestions shows it; of a project also what is left of its money.
  told(column, row) {
    if (column === "kind") return row[1];
    return [`${row[0]}-${row[1]}`, row[3]].filter(Boolean).join(" · ");
  }

  // Those whose code begins so, then those whose name or initials hold it.
  suggest(column, text, most = 30) {
    const wanted = fold(text.split("-")[0]);
    if (!wanted) return this.leaves[column].slice(0, most);
    const first = this.leaves[column].filter((row) => row[0].toLowerCase().startsWith(wanted));
    const others = this.leaves[column].filter((row) => row[2].includes(wanted) && !first.includes(row));
    return [...first, ...others].slice(0, most);
  }

  government(code) {
    const row = this.derived[code];
    return row ? `${row[0]}-${row[1]}` : "";
  }
}
