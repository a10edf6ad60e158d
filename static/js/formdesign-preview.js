// The preview: the server draws the definition in each language, the frames show it; asked for when typing pauses.
const WAIT = 500;

export class Previews {
  constructor(form) {
    this.address = form.dataset.preview;
    this.token = form.querySelector("[name=csrfmiddlewaretoken]").value;
    this.frames = [...form.querySelectorAll("iframe[data-language]")];
  }

  later(text) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.show(text), WAIT);
  }

  show(text) {
    this.stop?.abort();
    this.stop = new AbortController();
    for (const frame of this.frames) this.draw(frame, text, this.stop.signal);
  }

  async draw(frame, text, signal) {
    const body = new URLSearchParams({ body: text, language: frame.dataset.language });
    try {
      const answer = await fetch(this.address, { method: "POST", body, signal, headers: { "X-CSRFToken": this.token } });
      if (!answer.ok || answer.redirected) return;
      const page = await answer.text();
      const place = frame.contentWindow?.document.querySelector("main");
      const at = place ? [place.scrollLeft, place.scrollTop] : null;
      if (at) frame.addEventListener("load", () => frame.contentWindow.document.querySelector("main")?.scrollTo(...at), { once: true });
      frame.srcdoc = page;
    } catch (error) {
      if (error.name !== "AbortError") console.warn(error);
    }
  }
}
