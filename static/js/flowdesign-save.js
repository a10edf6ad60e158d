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
  }

  get dirty() {
    return !this.leaving && this.body.value !== this.saved;
  }

  changed(definition) {
    this.body.value = JSON.stringify(definition, null, 2);
    if (!this.dirty) return;
    this.say(this.texts.changed);
    this.later(WAIT);
  }

  later(wait) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.send(), wait);
  }

  say(text, bad = false) {
    this.status.textContent = text;
    this.status.classList.toggle("over", bad);
  }

  async send() {
    if (this.busy || this.stopped || !this.dirty) return;
    this.busy = true;
    const sent = this.body.value;
    this.say(this.texts.saving);
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
      this.say(this.texts.offline, true);
      this.later(RETRY);
    } finally {
      this.busy = false;
    }
  }

  done(sent, answer) {
    this.saved = sent;
    this.revision.value = answer.revision;
    this.say(answer.saved);
    this.told(answer);
  }

  refused(status, answer) {
    this.stopped = status === 409 || status === 403;
    this.saved = this.stopped ? this.saved : this.body.value; // it is sent again with the next change
    this.say(answer.message, true);
    this.told(answer);
  }
}
