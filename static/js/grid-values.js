// Texts of cells: amounts and codes as people write them, blocks as spreadsheets copy them.
const AMOUNT = /^-?(?:\d{1,3}([, ])\d{3}(?:\1\d{3})*|\d+)(?:\.(\d{0,2}))?$/;

export function narrow(text) {
  return text.replace(/[\uff01-\uff5e]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0)).replace(/\u3000/g, " ");
}

// "¥ １,２３４．5" → "1234.50"; null when it is no amount: the server says why.
export function readAmount(text) {
  const plain = narrow(text).replace(/[\t\r\n\u00a0\u2009\u202f]/g, " ").replace(/\u2212/g, "-").replace(/^ *(-?) *[¥\uffe5] */, "$1").trim();
  if (!AMOUNT.test(plain)) return null;
  const [whole, cents = ""] = plain.replace(/[, ]/g, "").split(".");
  return whole.replace(/^(-?)0+(?=\d)/, "$1") + "." + cents.padEnd(2, "0");
}

export function showAmount(text) {
  if (!/^-?\d+\.\d\d$/.test(text)) return text;
  const [whole, cents] = text.split(".");
  return whole.replace(/\B(?=(\d{3})+$)/g, ",") + "." + cents;
}

// Whole cents, so that sums are exact; null where no amount stands.
export function centsOf(text) {
  return /^-?\d+\.\d\d$/.test(text) ? BigInt(text.replace(".", "")) : null;
}

export function fromCents(cents) {
  const digits = (cents < 0n ? -cents : cents).toString().padStart(3, "0");
  return (cents < 0n ? "-" : "") + digits.slice(0, -2) + "." + digits.slice(-2);
}

// Tab-separated text with quoted cells, as Excel and WPS put it on the clipboard → rows of cells.
export function readBlock(text) {
  const rows = [[]];
  let cell = "", quoted = false;
  const source = text.replace(/\r\n?/g, "\n").replace(/\n$/, "");
  for (let at = 0; at < source.length; at += 1) {
    const sign = source[at];
    if (quoted) {
      if (sign !== '"') cell += sign;
      else if (source[at + 1] === '"') { cell += '"'; at += 1; }
      else quoted = false;
    } else if (sign === '"' && cell === "") quoted = true;
    else if (sign === "\t" || sign === "\n") {
      rows.at(-1).push(cell);
      cell = "";
      if (sign === "\n") rows.push([]);
    } else cell += sign;
  }
  rows.at(-1).push(cell);
  return rows;
}

export function writeBlock(rows) {
  const quote = (cell) => (/[\t\n"]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
  return rows.map((row) => row.map(quote).join("\t")).join("\r\n");
}

// crypto.randomUUID is missing on plain http, which is how many offices reach the server.
export function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
