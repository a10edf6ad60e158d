// A file of a form is sent ahead as soon as it is chosen, with a bar that shows how far it is: <div data-upload="ADDRESS">.
// The hidden field then carries its id, and the form goes without the file. Without script the file comes with the form.
const token = () => JSON.parse(document.body.getAttribute("hx-headers") || "{}")["X-CSRFToken"] || "";

document.addEventListener("change", (event) => {
  const box = event.target.closest("[data-upload]");
  if (box && event.target.type === "file" && event.target.files.length) send(box, event.target.files[0]);
});
document.addEventListener("click", (event) => {
  const drop = event.target.closest("[data-upload-drop]");
  if (drop) forget(drop.closest("[data-upload]"), "");
});
document.addEventListener("submit", (event) => {
  // What is still on its way would be lost: the form waits, and its person sees why by the bar.
  if (event.target.querySelector("[data-upload][aria-busy=true]")) event.preventDefault();
}, true);

function parts(box) {
  return {
    input: box.querySelector("input[type=file]"),
    id: box.querySelector("input[type=hidden]"),
    names: box.querySelector("output"),
    drop: box.querySelector("[data-upload-drop]"),
    bar: box.querySelector("progress"),
    error: box.querySelector(".errors"),
  };
}

function forget(box, reason) {
  const { input, id, names, drop, bar, error } = parts(box);
  box.request?.abort();
  box.querySelector("[data-upload-present]")?.remove();
  input.value = id.value = "";
  names.textContent = box.dataset.none;
  drop.hidden = bar.hidden = true;
  box.removeAttribute("aria-busy");
  error.textContent = reason;
  error.hidden = !reason;
  input.toggleAttribute("aria-invalid", Boolean(reason));
  id.dispatchEvent(new Event("change", { bubbles: true }));
}

function send(box, file) {
  const { input, id, names, drop, bar, error } = parts(box);
  const body = new FormData();
  body.append("file", file);
  for (const name of ["region", "unit"]) if (box.dataset[name]) body.append(name, box.dataset[name]);
  const request = new XMLHttpRequest();
  box.request?.abort();
  box.request = request;
  request.open("POST", box.dataset.upload);
  request.responseType = "json";
  request.setRequestHeader("X-CSRFToken", token());
  request.upload.addEventListener("progress", ({ loaded, total }) => { bar.value = total ? (loaded * 100) / total : 0; });
  request.addEventListener("load", () => {
    if (box.request !== request) return;
    if (!request.response?.id) return forget(box, request.response?.error || box.dataset.broken);
    box.removeAttribute("aria-busy");
    id.value = request.response.id;
    names.textContent = request.response.name;
    input.value = "";
    bar.hidden = true;
    drop.hidden = false;
    id.dispatchEvent(new Event("change", { bubbles: true }));
  });
  request.addEventListener("error", () => { if (box.request === request) forget(box, box.dataset.broken); });
  box.setAttribute("aria-busy", "true");
  error.hidden = true;
  bar.value = 0;
  bar.hidden = false;
  request.send(body);
}
