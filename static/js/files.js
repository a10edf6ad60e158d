// A file field with a button in the page's language: shows the names of the chosen files.
for (const box of document.querySelectorAll(".file")) {
  const input = box.querySelector("input[type=file]");
  const names = box.querySelector("output");
  if (!input || !names) continue;
  const none = names.textContent;
  box.dataset.ready = "";
  input.addEventListener("change", () => {
    names.textContent = [...input.files].map((file) => file.name).join(", ") || none;
  });
}
