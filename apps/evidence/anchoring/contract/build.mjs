// Compiles Anchor.sol into Anchor.json, or with `check` tells whether Anchor.json is what Anchor.sol gives.
//   npm install --prefix /tmp/solc solc@0.8.26 && NODE_PATH=/tmp/solc/node_modules node build.mjs [check]
// Compiler, EVM version and optimizer are fixed, and no metadata is appended, so that everybody gets the same bytes.
import { createRequire } from "node:module";
import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const require = createRequire(join(process.env.NODE_PATH ?? "node_modules", "x.js"));
const solc = require("solc");
const here = dirname(fileURLToPath(import.meta.url));
const settings = {
  evmVersion: "london",
  optimizer: { enabled: true, runs: 200 },
  metadata: { bytecodeHash: "none", appendCBOR: false },
  outputSelection: { "*": { "*": ["abi", "evm.bytecode.object", "evm.deployedBytecode.object"] } },
};
const sources = { "Anchor.sol": { content: readFileSync(join(here, "Anchor.sol"), "utf8") } };
const told = JSON.parse(solc.compile(JSON.stringify({ language: "Solidity", sources, settings })));
if (told.errors?.length) {
  console.error(told.errors.map((each) => each.formattedMessage).join("\n"));
  process.exit(2);
}
const { abi, evm } = told.contracts["Anchor.sol"].Anchor;
const { outputSelection, ...fixed } = settings;
const made = JSON.stringify(
  {
    compiler: solc.version(),
    settings: fixed,
    abi,
    bytecode: evm.bytecode.object,
    runtime: evm.deployedBytecode.object,
  },
  null,
  1,
) + "\n";
const file = join(here, "Anchor.json");
if (process.argv[2] === "check") {
  const same = readFileSync(file, "utf8") === made;
  console.log(same ? "Anchor.json is what Anchor.sol gives" : "Anchor.json is not what Anchor.sol gives");
  process.exit(same ? 0 : 1);
}
writeFileSync(file, made);
