"""What a receipt is, as data: format `imbudget-receipt-1`. Pure functions.

Each field is held by the proof or by the signature, but `anchors`, which only name where more can be asked. The record stands
in it as the text that its leaf is computed over, so that there is nothing beside it which could say something else.
"""

import base64
import json
import re
import zlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

FORMAT: Final = "imbudget-receipt-1"
PARTS: Final[Mapping[str, frozenset[str]]] = {
    "record": frozenset({"format", "hash", "text"}),
    "log": frozenset({"origin", "place"}),
    "proof": frozenset({"size", "path"}),
    "checkpoint": frozenset({"text", "algorithm", "key_id", "signature"}),
}
NAMES: Final = frozenset({"format", "leaf", "anchors", *PARTS})
LARGEST: Final = 256 * 1024  # characters: a record of the most facts, with its proof, is a tenth of it
HEAD: Final = 99  # bytes in which a receipt names its format
STREAM: Final = re.compile(rb"stream\r?\n(.*?)\s*endstream", re.DOTALL)


class NoReceipt(Exception):
    """The text is no receipt of a known format."""


def to_bytes(receipt: Mapping[str, Any]) -> bytes:
    """The receipt as a file: the same receipt gives the same bytes."""
    return (json.dumps(receipt, ensure_ascii=False, indent=1) + "\n").encode()


def parse(text: str) -> dict[str, Any]:
    """The receipt of a text. Raises NoReceipt: no JSON, a name that stands twice, another format."""
    if len(text) > LARGEST:
        raise NoReceipt
    try:
        receipt = loads(text)
        to_bytes(receipt)  # half a character can be written in JSON, and in nothing else
    except (ValueError, RecursionError):
        raise NoReceipt from None
    if not isinstance(receipt, dict) or receipt.get("format") != FORMAT:
        raise NoReceipt
    return receipt


def loads(text: str) -> Any:
    """JSON in which no name stands twice, and no number that is none. Raises ValueError."""
    return json.loads(text, object_pairs_hook=_once, parse_constant=_refuse)


def _once(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError("a name stands twice")
        found[name] = value
    return found


def _refuse(name: str) -> None:
    raise ValueError(name)


def text_in(content: bytes) -> str:
    """The text of a receipt out of a file: the file itself, or the one that lies in a PDF. Raises NoReceipt."""
    try:
        if not content.startswith(b"%PDF-"):
            return content.decode("utf-8-sig")
        found = {text.decode() for stream in STREAM.finditer(content) for text in _texts(stream[1])}
    except UnicodeDecodeError:
        raise NoReceipt from None
    if len(found) != 1:
        raise NoReceipt
    return found.pop()


def _texts(stream: bytes) -> Iterator[bytes]:
    """The stream, as it lies there or inflated, where it begins as a receipt does."""
    if FORMAT.encode() in stream[:HEAD]:
        yield stream
        return
    try:
        if FORMAT.encode() in zlib.decompressobj().decompress(stream, HEAD):
            yield zlib.decompressobj().decompress(stream, LARGEST)
    except zlib.error:
        return


def code_of(place: int, leaf: bytes) -> str:
    """What the square code of a printed receipt says of it: its place in the log and its leaf, in 43 signs and a few digits."""
    return f"{place}.{base64.urlsafe_b64encode(leaf).decode().rstrip('=')}"


def read_code(code: str) -> tuple[int, bytes] | None:
    """Place and leaf of a code; None for what is none."""
    place, _dot, leaf = code.partition(".")
    if not (place.isascii() and place.isdigit() and len(place) <= 18 and len(leaf) == 43 and leaf.isascii()):
        return None
    try:
        found = base64.b64decode(f"{leaf}=", altchars=b"-_", validate=True)
    except ValueError:
        return None
    return (int(place), found) if code_of(int(place), found) == code else None
