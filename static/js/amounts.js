// Amounts get their thousands separators when the field is left; what cannot be read stays for the server to say.
document.addEventListener("change", (event) => {
  const field = event.target;
  if (!field.matches?.("input.amount")) return;
  const plain = field.value.normalize("NFKC").replace(/[,\s]/g, "");
  if (!/^\d{1,15}(\.\d{0,2})?$/.test(plain)) return;
  const [whole, cents = ""] = plain.split(".");
  field.value = whole.replace(/^0+(?=\d)/, "").replace(/\B(?=(\d{3})+$)/g, ",") + "." + cents.padEnd(2, "0");
});

// <output data-sum="amount"> in the foot of a sheet adds up the fields of that name, cents as whole numbers.
function addUp(sheet) {
  for (const output of sheet.querySelectorAll("output[data-sum]")) {
    let cents = 0n;
    for (const field of sheet.querySelectorAll(`input[name$="-${output.dataset.sum}"]`)) {
      const gone = field.closest("tr").querySelector("input[name$='-DELETE']")?.checked;
      const [, whole, part = ""] = field.value.normalize("NFKC").replace(/[,\s]/g, "").match(/^(\d+)(?:\.(\d{0,2}))?$/) || [];
      if (whole && !gone) cents += BigInt(whole + part.padEnd(2, "0"));
    }
    const digits = cents.toString().padStart(3, "0");
    output.value = digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ",") + "." + digits.slice(-2);
  }
}
for (const sheet of document.querySelectorAll("table.sheet")) {
  addUp(sheet);
  sheet.addEventListener("change", () => addUp(sheet));
}
