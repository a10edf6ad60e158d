// Leaving a form with unsaved changes asks first: <form data-guard>. What a refusal brought back is not saved either.
const changed = new Set();

if (document.querySelector(".error-summary")) {
  document.querySelectorAll("form[data-guard]").forEach((form) => changed.add(form));
}
document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (form?.hasAttribute("data-guard")) changed.add(form);
});
document.addEventListener("submit", (event) => changed.delete(event.target));
window.addEventListener("beforeunload", (event) => {
  if (changed.size) event.preventDefault();
});
