// The draft saves itself a moment after the last change; the answer carries what is wrong and the sentences read back.
const WAIT = 900, RETRY = 8000;

export class Saver {
  constructor(form, texts, told) {
    Object.assign(this, { form, texts, told });
    this.revision = form.elements.revision;
    this.body = form.elements.body;
    this.status = document.querySelector("[data-flow-status]");
    this.saved = this.body.value;
    addEventListener("beforeunload", (event) => this.dirty && event.preventDefault());
    form.addEventListener("submit", () => { this.leaving = true; });
    document.addEventListener("click", (event) => this.leave(event));
  }

  // A button that leads away waits until the draft is saved.
  async leave(event) {
    const link = event.target.closest?.("a[data-flow-leave]");
    if (!link || !this.dirty || this.stopped) return;
    event.preventDefault();
    await this.send();
    if (!this.dirty) location.assign(link.href);
  }

  get dirty() {
    return !this.leaving && this.body.value !== this.saved;
  }

  changed(definition) {
    this.body.value = JSON.stringify(definition, null, 2);
    if (!this.dirty) return;
    this.say("changed", this.texts.changed);
    this.later(WAIT);
  }

  later(wait) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), wait);
  }

  say(state, text) {
    this.status.dataset.state = state;
    this.status.textContent = text;
    this.status.classList.toggle("over", state === "failed");
  }

  async send() {
    if (this.busy || this.stopped || !this.dirty) return;
    this.busy = true;
    const sent = this.body.value;
    this.say("saving", this.texts.saving);
    try {
      const response = await fetch(this.form.dataset.save, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": this.form.elements.csrfmiddlewaretoken.value, Accept: "application/json" },
        body: JSON.stringify({ revision: Number(this.revision.value), body: JSON.parse(sent) }),
      });
      if (response.redirected || !response.headers.get("Content-Type")?.includes("json")) throw new Error("no answer");
      const answer = await response.json();
      if (response.ok) this.done(sent, answer);
      else this.refused(response.status, answer);
      if (this.dirty && !this.stopped) this.later(WAIT);
    } catch {
      this.say("failed", this.texts.offline);
      this.later(RETRY);
    } finally {
      this.busy = false;
    }
  }

  done(sent, answer) {
    this.saved = sent;
    this.revision.value = answer.revision;
    this.say(this.dirty ? "changed" : "saved", answer.saved);
    this.told(answer);
  }

  refused(status, answer) {
    this.stopped = status === 409 || status === 403;
    this.saved = this.stopped ? this.saved : this.body.value; // it is sent again with the next change
    this.say("failed", answer.message);
    this.told(answer);
  }
}
