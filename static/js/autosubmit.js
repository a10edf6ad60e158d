// <form data-autosubmit> is sent when a choice changes; its button is only for pages without script.
for (const form of document.querySelectorAll("form[data-autosubmit]")) {
  form.querySelector("[data-plain]")?.setAttribute("hidden", "");
  form.addEventListener("change", () => form.requestSubmit());
}
