// A step of the wizard saves itself: shortly after the last change, by the form's own address. What is not saved yet,
// or could not be read, is kept in this browser until it is.
import { AnswerRows } from "./answers-kept.js";
import { Rows, number, said } from "./wizard-rows.js";

const WAIT = 1500, PATIENCE = 3000, RETRY = [5000, 15000, 60000];
const form = document.querySelector("form[data-wizard]");
const texts = JSON.parse(document.getElementById("wizard-texts")?.textContent ?? "{}");
const place = form && `imbudget:${form.dataset.user}:project:${form.dataset.wizard}:${form.dataset.step}`;

class Wizard {
  constructor() {
    this.status = document.querySelector("[data-wizard-status]");
    this.notes = document.querySelector("[data-wizard-notes]");
    this.lists = [...form.querySelectorAll("[data-rows]")].map((box) => new Rows(box, () => this.changed()));
    this.tables = [...form.querySelectorAll("[data-answer-rows]")].map((box) => new AnswerRows(box));
    this.tries = 0;
    this.dirty = false;
    form.addEventListener("input", () => this.changed());
    form.addEventListener("change", () => this.changed());
    form.addEventListener("submit", (event) => this.leave(event));
    addEventListener("online", () => this.dirty && this.later(0));
    addEventListener("pagehide", () => this.dirty && this.keep());
    addEventListener("pageshow", (event) => event.persisted && (this.leaving = false));
    addEventListener("beforeunload", (event) => this.unsafe && event.preventDefault());
    document.addEventListener("visibilitychange", () => document.hidden && this.dirty && !this.leaving && this.later(0));
    document.addEventListener("click", (event) => this.follow(event));
    document.addEventListener("keydown", (event) => {
      if (!(event.ctrlKey || event.metaKey) || event.key !== "s") return;
      event.preventDefault();
      this.later(0);
    });
    this.restore();
  }

  get revision() { return form.elements.revision.value; }

  say(name, values = {}) {
    let text = texts[name] ?? "";
    for (const [key, value] of Object.entries(values)) text = text.replace(`{${key}}`, value);
    this.status.textContent = text;
    this.status.dataset.state = name;
  }

  changed() {
    this.dirty = true;
    this.count = (this.count ?? 0) + 1;
    this.keep();
    this.say(this.unsafe ? "unsafe" : "changed");
    this.later();
  }

  later(wait = WAIT) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), wait);
  }

  // A link that leaves the page waits until what was typed is saved, but not for ever.
  follow(event) {
    const link = event.target.closest?.("a[href]");
    if (!link || !this.dirty || this.stale || link.target || link.origin !== location.origin) return;
    if (link.hash && link.pathname === location.pathname && link.search === location.search) return;
    if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    const until = Date.now() + PATIENCE;
    this.later(0);
    const look = () => (this.dirty && Date.now() < until ? setTimeout(look, 50) : location.assign(link.href));
    setTimeout(look, 50);
  }

  async send() {
    clearTimeout(this.timer);
    if (this.busy || this.stale || this.leaving || !this.dirty) return;
    const before = this.count;
    this.busy = true;
    this.say("saving");
    const answer = await this.post();
    this.busy = false;
    if (answer.status === 200) this.saved(answer, before);
    else this.failed(answer);
  }

  async post(again = true) {
    try {
      const response = await fetch(form.action, { method: "POST", body: new FormData(form), headers: { Accept: "application/json" } });
      if ((response.headers.get("Content-Type") || "").includes("json")) return { status: response.status, ...(await response.json()) };
      // After a new sign-in in another window the page's token is stale: a fresh one comes with the page.
      if (response.status === 403 && again && (await this.renew())) return this.post(false);
      return { status: response.redirected || response.status === 403 ? 401 : 500 };
    } catch {
      return { status: 0 };
    }
  }

  async renew() {
    const text = await (await fetch(location.href)).text();
    const token = new DOMParser().parseFromString(text, "text/html").querySelector("form[data-wizard] [name=csrfmiddlewaretoken]");
    if (token) form.elements.csrfmiddlewaretoken.value = token.value;
    return Boolean(token);
  }

  saved(answer, before) {
    this.tries = 0;
    form.elements.revision.value = answer.revision;
    this.tell(answer.errors);
    for (const list of this.lists) list.tell(answer.computed[list.name], answer.errors);
    for (const [step, missing] of Object.entries(answer.missing)) this.mark(step, missing);
    const bad = Object.keys(answer.errors).length > 0;
    this.dirty = this.count !== before;
    if (bad || this.dirty) this.keep();
    else this.forget();
    if (this.dirty) this.later();
    else this.say(bad ? "kept" : "saved", { time: answer.saved_at });
  }

  failed(answer) {
    this.keep();
    if (answer.stale) {
      this.stale = true;
      this.note(answer.message, [["reload", () => location.reload()]]);
    }
    if (answer.message) return this.say("refused", { reason: answer.message });
    this.say(answer.status === 401 ? "signed_out" : answer.status ? "failed" : "offline");
    this.later(RETRY[Math.min(this.tries++, RETRY.length - 1)]);
  }

  // Errors of plain fields stand below them, as the server writes them on a page without script.
  tell(errors) {
    for (const box of form.querySelectorAll(".fields .f")) {
      box.classList.remove("has-errors");
      box.querySelector(":scope > ul.errors")?.remove();
    }
    for (const [path, text] of Object.entries(errors)) {
      const name = path.replace(/\[.*/, "");
      const box = name.includes(".") ? null : form.querySelector(`.fields [name="${name}"], .fields [name^="${name}-"]`)?.closest(".f");
      box?.classList.add("has-errors");
      box?.append(said(text));
    }
  }

  mark(step, missing) {
    const tag = document.querySelector(`[data-step="${step}"] [data-missing]`);
    if (!tag || step === "check") return;
    tag.textContent = missing ? texts.missing.replace("{count}", missing) : texts.complete;
    tag.dataset.state = missing ? "warning" : "ok";
  }

  note(text, acts) {
    const box = document.createElement("div"), line = document.createElement("p");
    box.className = "note warning";
    box.setAttribute("role", "alert");
    line.append(text, " ");
    for (const [name, act] of acts) {
      const button = document.createElement("button");
      Object.assign(button, { type: "button", className: "btn small", textContent: texts[name] });
      button.addEventListener("click", () => { box.remove(); act(); });
      line.append(button, " ");
    }
    box.append(line);
    this.notes.replaceChildren(box);
  }

  // Leaving by a button of the form: the browser sends it, the server keeps it. A save that is under way ends first,
  // for it changes the revision; and none may begin while the page is left.
  async leave(event) {
    if (this.stale || this.leaving) return event.preventDefault();
    clearTimeout(this.timer);
    this.unsafe = false;
    this.leaving = true;
    if (this.dirty) this.keep();
    if (!this.busy) return;
    event.preventDefault();
    const button = event.submitter;
    while (this.busy) await new Promise((resolve) => setTimeout(resolve, 50));
    this.leaving = false;
    if (!this.stale) form.requestSubmit(button);
  }

  // --- what this browser keeps ---

  fields() {
    return [...form.elements].filter((one) => one.name && !["hidden", "submit"].includes(one.type) && !one.closest("[data-rows], [data-answer-rows]") || one.closest?.(".picker[data-picker]") && one.type === "hidden");
  }

  snapshot() {
    const fields = this.fields().map((one) => [one.name, one.value, one.type === "checkbox" || one.type === "radio" ? one.checked : null, one.closest(".picker")?.querySelector(".picker-text")?.value]);
    const rows = Object.fromEntries([...this.lists, ...this.tables].map((list) => [list.name, list.kept()]));
    return { revision: this.revision, fields, rows, sent: Boolean(this.leaving) };
  }

  keep() {
    try {
      localStorage.setItem(place, JSON.stringify(this.snapshot()));
      this.unsafe = false;
    } catch {
      this.unsafe = true; // no room, or not allowed
    }
  }

  forget() {
    try {
      localStorage.removeItem(place);
    } catch { /* nothing was kept */ }
    this.unsafe = false;
  }

  restore() {
    let kept = null;
    try {
      kept = JSON.parse(localStorage.getItem(place));
    } catch { /* nothing readable is kept */ }
    if (!kept) return;
    if (same(kept, this.snapshot())) return this.forget(); // it was saved, only the answer came too late
    if (kept.revision === this.revision) return this.bringBack(kept);
    if (kept.sent) return this.forget(); // what was sent with a button arrived
    this.stale = true;
    this.note(texts.other, [
      ["restore", () => { this.stale = false; this.bringBack(kept); }],
      ["forget", () => { this.stale = false; this.forget(); }],
    ]);
  }

  bringBack(kept) {
    const here = this.fields();
    for (const [name, value, checked, label] of kept.fields) {
      const one = here.find((each) => each.name === name && (checked === null || each.value === value));
      if (!one) continue;
      if (checked === null) one.value = value;
      else one.checked = checked;
      const text = label === undefined ? null : one.closest(".picker")?.querySelector(".picker-text");
      if (text) text.value = label;
    }
    for (const list of [...this.lists, ...this.tables]) if (kept.rows[list.name]) list.fill(kept.rows[list.name]);
    this.changed();
    this.note(texts.restored, []);
  }
}

// Whether two snapshots say the same: numbers by value, codes with or without their names.
function same(one, other) {
  const plain = (text) => (typeof text === "string" ? (number(text)?.toString() ?? text.trim().replace(/^([0-9A-Z]{3,})-.*/, "$1")) : text);
  const read = ({ fields, rows }) => JSON.stringify([fields.map(([name, value, checked]) => [name, plain(value), checked]), rows], (_key, value) => plain(value));
  return read(one) === read(other);
}

// After the scripts of the fields, whose rows it may have to bring back.
if (form) document.addEventListener("DOMContentLoaded", () => new Wizard());
