// Tables of rows on a page that is saved with its button.
import { Rows } from "./wizard-rows.js";

for (const box of document.querySelectorAll("[data-rows]")) new Rows(box, () => box.dispatchEvent(new Event("input", { bubbles: true })));
