// The work before an objection is sent: find the number whose hash with the salt is the challenge. It runs in slices,
// so that the page can be written in meanwhile.
import { sha256 } from "./sha256.js";

const SLICE = 1500;
const form = document.querySelector("form[data-proof]");

function solve({ challenge, salt, most }, done, from = 0) {
  const end = Math.min(from + SLICE, Number(most) + 1);
  for (let number = from; number < end; number += 1) {
    if (sha256(salt + number) === challenge) {
      done(number);
      return;
    }
  }
  if (end <= Number(most)) setTimeout(() => solve({ challenge, salt, most }, done, end), 0);
}

if (form) {
  const { dataset } = form.querySelector("[data-challenge]");
  solve(dataset, (number) => {
    const { challenge, salt, signature } = dataset;
    form.elements.altcha.value = btoa(JSON.stringify({ algorithm: "SHA-256", challenge, number, salt, signature }));
    form.querySelector("[data-send]").disabled = false;
    form.querySelector("[data-working]").hidden = true;
  });
}
