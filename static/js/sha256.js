// SHA-256 (FIPS 180-4) of a short text, as hexadecimal: the browser's own exists on encrypted pages only, and is slow
// when it is called a hundred thousand times.
const roots = (power, count) => {
  const found = [];
  for (let number = 2; found.length < count; number += 1) {
    let prime = true;
    for (let part = 2; part * part <= number; part += 1) if (number % part === 0) prime = false;
    if (prime) found.push(Math.floor((number ** (1 / power) % 1) * 2 ** 32) >>> 0);
  }
  return found;
};
const BEGIN = roots(2, 8);
const ROUND = roots(3, 64);
const turned = (word, by) => (word >>> by) | (word << (32 - by));

function padded(bytes) {
  const size = Math.ceil((bytes.length + 9) / 64) * 64;
  const block = new Uint8Array(size);
  block.set(bytes);
  block[bytes.length] = 0x80;
  new DataView(block.buffer).setUint32(size - 4, bytes.length * 8);
  return block;
}

function mixed(state, view, offset, words) {
  for (let i = 0; i < 16; i += 1) words[i] = view.getUint32(offset + i * 4);
  for (let i = 16; i < 64; i += 1) {
    const near = words[i - 15];
    const far = words[i - 2];
    const s0 = turned(near, 7) ^ turned(near, 18) ^ (near >>> 3);
    const s1 = turned(far, 17) ^ turned(far, 19) ^ (far >>> 10);
    words[i] = (words[i - 16] + s0 + words[i - 7] + s1) | 0;
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let i = 0; i < 64; i += 1) {
    const s1 = turned(e, 6) ^ turned(e, 11) ^ turned(e, 25);
    const one = (h + s1 + ((e & f) ^ (~e & g)) + ROUND[i] + words[i]) | 0;
    const s0 = turned(a, 2) ^ turned(a, 13) ^ turned(a, 22);
    const two = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + one) | 0, c, b, a, (one + two) | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((word, i) => { state[i] = (state[i] + word) | 0; });
}

export function sha256(text) {
  const block = padded(new TextEncoder().encode(text));
  const view = new DataView(block.buffer);
  const state = Int32Array.from(BEGIN);
  const words = new Int32Array(64);
  for (let offset = 0; offset < block.length; offset += 64) mixed(state, view, offset, words);
  return [...state].map((word) => (word >>> 0).toString(16).padStart(8, "0")).join("");
}
