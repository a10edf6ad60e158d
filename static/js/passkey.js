// Passkeys: a button asks the browser to make one (create) or to sign with one (get); the answer goes into a hidden
// field and the form is sent. Options and answer are JSON with bytes as base64url.
const bytes = (text) =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");
const known = (rows = []) => rows.map((row) => ({ ...row, id: bytes(row.id) }));

function asked(options, how) {
  const publicKey = { ...options, challenge: bytes(options.challenge) };
  if (how === "create") {
    publicKey.user = { ...options.user, id: bytes(options.user.id) };
    publicKey.excludeCredentials = known(options.excludeCredentials);
  } else {
    publicKey.allowCredentials = known(options.allowCredentials);
  }
  return { publicKey };
}

function answered({ id, rawId, type, response }) {
  const said = { clientDataJSON: text(response.clientDataJSON) };
  if (response.attestationObject) {
    said.attestationObject = text(response.attestationObject);
  } else {
    said.authenticatorData = text(response.authenticatorData);
    said.signature = text(response.signature);
  }
  return JSON.stringify({ id, rawId: text(rawId), type, response: said, clientExtensionResults: {} });
}

async function run(place, form) {
  const { passkey: how, options, into } = place.dataset;
  const failed = form.querySelector("[data-failed]");
  failed.hidden = true;
  try {
    const credential = await navigator.credentials[how](asked(JSON.parse(options), how));
    document.getElementById(into).value = answered(credential);
    form.requestSubmit();
  } catch {
    failed.hidden = false;
  }
}

document.querySelectorAll("[data-passkey]").forEach((place) => {
  const form = place.closest("form");
  if (place.matches("button")) {
    place.addEventListener("click", () => run(place, form));
    return;
  }
  form.addEventListener("submit", (event) => {
    if (document.getElementById(place.dataset.into).value) return;
    event.preventDefault();
    if (form.reportValidity()) run(place, form);
  });
});
