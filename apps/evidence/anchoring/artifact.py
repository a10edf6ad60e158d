"""The contract as it was compiled: `contract/Anchor.sol` beside it is the source, `contract/build.mjs` makes this file's JSON again."""

import json
from pathlib import Path
from typing import Any, Final

_MADE: Final[dict[str, Any]] = json.loads((Path(__file__).parent / "contract" / "Anchor.json").read_text("utf-8"))
ABI: Final[list[Any]] = _MADE["abi"]
CREATION: Final[str] = "0x" + _MADE["bytecode"]
RUNTIME: Final[bytes] = bytes.fromhex(_MADE["runtime"])
COMPILER: Final[str] = _MADE["compiler"]
