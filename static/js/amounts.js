// Amounts get their thousands separators when the field is left; what cannot be read stays for the server to say.
document.addEventListener("change", (event) => {
  const field = event.target;
  if (!field.matches?.("input.amount")) return;
  const plain = field.value.normalize("NFKC").replace(/[,\s]/g, "");
  if (!/^\d{1,15}(\.\d{0,2})?$/.test(plain)) return;
  const [whole, cents = ""] = plain.split(".");
  field.value = whole.replace(/^0+(?=\d)/, "").replace(/\B(?=(\d{3})+$)/g, ",") + "." + cents.padEnd(2, "0");
});
