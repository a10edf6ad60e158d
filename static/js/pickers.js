// Fields that find as you type bear no name for screen readers: they take the one of their label.
function nameAll() {
  for (const select of document.querySelectorAll("select.admin-autocomplete")) {
    const field = select.nextElementSibling?.querySelector('[role="combobox"]');
    if (!field) continue;
    const name = document.querySelector(`label[for="${CSS.escape(select.id)}"]`)?.textContent.trim() ?? "";
    field.removeAttribute("aria-labelledby");
    field.setAttribute("aria-label", name);
    field.setAttribute("aria-controls", `select2-${select.id}-results`);
    field.querySelector('[role="textbox"]')?.setAttribute("aria-label", name);
  }
}

addEventListener("load", () => setTimeout(nameAll)); // the package builds its fields when the page is ready
document.addEventListener("focusin", (event) => {
  nameAll();
  if (!event.target.matches(".select2-search__field")) return;
  const open = document.querySelector('[role="combobox"][aria-expanded="true"]');
  event.target.setAttribute("aria-label", open?.getAttribute("aria-label") ?? "");
});
