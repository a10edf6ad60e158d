// Saving by itself: two seconds after the last change or when a row is left; what is not saved yet is kept in this browser.
const WAIT = 2000, SOON = 250, AT_ONCE = 500, RETRY = [5000, 15000, 60000];

export class Saver {
  constructor(data, rows, page) {
    Object.assign(this, { rows, page, url: data.urls.save, version: data.version, place: `imbudget:${data.user}:sheet:${data.sheet}` });
    this.declared = { value: data.declared, saved: data.declared };
    this.token = document.querySelector("[data-grid-form] [name=csrfmiddlewaretoken]").value;
    this.tries = 0;
    this.waiting = [];
    addEventListener("online", () => this.later(0));
    addEventListener("pagehide", () => this.keep());
    addEventListener("beforeunload", (event) => this.unsafe && event.preventDefault());
    document.addEventListener("visibilitychange", () => document.hidden && this.later(0));
  }

  changed() {
    this.keep();
    this.page.status("changed");
    this.later(WAIT);
  }

  later(wait = SOON) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), wait);
  }

  // Saves all there is; resolves when nothing is under way any more.
  now() {
    return new Promise((done) => {
      this.waiting.push(done);
      this.later(0);
    });
  }

  finish() {
    for (const done of this.waiting.splice(0)) done();
  }

  // --- what is sent ---

  entry(row) {
    return { pk: row.pk, key: row.key, base: row.base, values: { ...row.values } };
  }

  behind() {
    const after = new Map();
    let before = "";
    for (const row of this.rows.list) {
      if (this.rows.isSpare(row)) continue;
      after.set(row, before);
      before = this.rows.nameOf(row);
    }
    return after;
  }

  patch() {
    const after = this.behind(), patch = { version: this.version, rows: [], removed: [] };
    const sent = [];
    for (const row of this.rows.changed()) {
      if (sent.length >= AT_ONCE) break;
      if (row.bad === JSON.stringify(row.values) || this.page.isWriting(row)) continue;
      sent.push([row, { ...row.values }]);
      patch.rows.push({ ...this.entry(row), after: after.get(row) });
    }
    const gone = this.rows.removals().slice(0, AT_ONCE);
    patch.removed = gone.map((row) => ({ pk: row.pk, base: row.base }));
    if (this.declared.value !== this.declared.saved && this.declared.bad !== this.declared.value) {
      patch.declared_total = { value: this.declared.value, base: this.declared.saved };
    }
    return patch.rows.length || gone.length || patch.declared_total ? { patch, sent, gone } : null;
  }

  async send() {
    clearTimeout(this.timer);
    if (this.busy || this.page.inConflict()) return;
    const work = this.patch();
    if (!work) {
      this.keep();
      this.page.settled();
      this.finish();
      return;
    }
    this.busy = true;
    this.page.status("saving");
    const answer = await this.post(work.patch);
    this.busy = false;
    this.take(answer, work);
  }

  async post(patch, again = true) {
    try {
      const response = await fetch(this.url, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": this.token, Accept: "application/json" },
        body: JSON.stringify(patch),
      });
      const isJson = (response.headers.get("Content-Type") || "").includes("json");
      if (isJson) return { status: response.status, ...(await response.json()) };
      // After a new sign-in in another window the page's token is stale: a fresh one comes with the page.
      if (response.status === 403 && again && (await this.renew())) return this.post(patch, false);
      return { status: response.redirected || response.status === 403 ? 401 : 500 };
    } catch {
      return { status: 0 };
    }
  }

  async renew() {
    const text = await (await fetch(location.pathname)).text();
    const token = new DOMParser().parseFromString(text, "text/html").querySelector("[data-grid-form] [name=csrfmiddlewaretoken]");
    if (!token) return false;
    this.token = token.value;
    return true;
  }

  take(answer, work) {
    if (answer.status === 200) {
      this.tries = 0;
      this.written(answer, work);
      this.later(0);
    } else if (answer.status === 409) {
      this.version = answer.version;
      const different = this.rows.refresh(answer.all);
      this.keep();
      this.page.conflict(answer, work, different);
      this.finish();
    } else {
      this.failed(answer);
      this.finish();
    }
  }

  written(answer, { sent, gone, patch }) {
    this.version = answer.version;
    for (const row of gone) this.rows.forget(row);
    for (const [row, values] of sent) {
      const name = patch.rows.find((one) => one.key === row.key);
      const told = answer.rows[name.pk ? String(name.pk) : name.key], errors = answer.errors[name.pk ? String(name.pk) : name.key];
      if (told) this.rows.settle(row, told, values);
      if (told && !this.rows.list.includes(row)) this.rows.gone.add(row); // deleted here while it was being saved
      if (errors) Object.assign(row, { errors, bad: JSON.stringify(values) });
    }
    if (patch.declared_total) {
      const reasons = answer.errors.declared_total;
      if (reasons) this.declared.bad = patch.declared_total.value;
      else this.declared.saved = patch.declared_total.value;
      this.page.declaredBad(reasons ? Object.values(reasons).flat().join(" ") : "");
    }
    if (answer.used) document.querySelector("[data-grid-used]").innerHTML = answer.used; // rendered by the server
    const different = answer.all ? this.rows.refresh(answer.all) : 0;
    this.rows.spare();
    this.keep();
    this.page.redrawn(different);
  }

  failed(answer) {
    this.keep();
    if (answer.status === 401) this.page.status("signed_out");
    else if (answer.message) this.page.status("refused", answer.message);
    else this.page.status(answer.status ? "failed" : "offline");
    if (answer.status === 403 || answer.status === 422) return; // sending the same again would not help
    this.later(RETRY[Math.min(this.tries, RETRY.length - 1)]);
    this.tries += 1;
  }

  // --- what this browser keeps ---

  keep() {
    const after = this.behind();
    const rows = this.rows.changed().map((row) => ({ ...this.entry(row), after: after.get(row) }));
    const removed = this.rows.removals().map((row) => ({ pk: row.pk, base: row.base }));
    const declared = this.declared.value === this.declared.saved ? null : this.declared;
    try {
      if (rows.length || removed.length || declared) localStorage.setItem(this.place, JSON.stringify({ version: this.version, rows, removed, declared }));
      else localStorage.removeItem(this.place);
      this.unsafe = false;
    } catch {
      this.unsafe = Boolean(rows.length || removed.length || declared); // no room, or not allowed
    }
  }

  // Brings back what an earlier window could not save. Returns how many lines.
  restore() {
    let kept = null;
    try {
      kept = JSON.parse(localStorage.getItem(this.place));
    } catch {
      return 0;
    }
    if (!kept) return 0;
    const here = new Map(this.rows.list.filter((row) => row.pk).map((row) => [row.pk, row]));
    for (const { pk, base } of kept.removed) {
      const row = here.get(pk);
      if (!row) continue;
      row.base = base;
      this.rows.list.splice(this.rows.list.indexOf(row), 1);
      this.rows.gone.add(row);
    }
    for (const entry of kept.rows) this.bringBack(entry, here);
    if (kept.declared) this.declared = { ...kept.declared, bad: undefined };
    this.rows.spare();
    return kept.rows.length + kept.removed.length;
  }

  bringBack({ pk, key, base, values, after }, here) {
    const row = here.get(pk) ?? this.rows.blank();
    Object.assign(row, { base, key, values: { ...row.values, ...values } });
    if (here.has(pk)) return;
    row.pk = pk;
    const place = after ? this.rows.list.findIndex((other) => this.rows.nameOf(other) === after) : -1;
    const end = this.rows.list.findLastIndex((other) => !this.rows.isSpare(other));
    this.rows.list.splice((after && place < 0 ? end : place) + 1, 0, row);
  }
}
