"""Looking at a receipt that somebody brings: what in it holds, step by step. It asks nothing but the receipt and the key."""

import base64
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.evidence.canonical import FIELDS, FORMAT_OF, HASH_OF, HASHES, canonical_bytes, leaf_of
from apps.evidence.merkle import inclusion_holds
from apps.evidence.receipts.writing import NAMES, PARTS, code_of, loads
from imbudget.kit.crypto import sm3
from imbudget.kit.signing import ALGORITHM, verify

KeyFor = Callable[[str], bytes | None]  # by the name of a key
HEXADECIMAL = re.compile("[0-9a-f]{64}")
OURS = ("hash", "time", "number", "previous")  # the lines of a checkpoint's text behind its size and head
LONGEST_PATH = 64
LONGEST_NUMBER = 18  # digits of a size or a number: what the database holds
DIGITS = re.compile("[1-9][0-9]{0,17}")
SIZE = 32


class Broken(Exception):
    """Does not hold, because of what the first argument says."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was looked at."""

    label: str | Promise
    holds: bool
    detail: str | Promise = ""


@dataclass(frozen=True, slots=True)
class Head:
    """What the text of a checkpoint says."""

    size: int
    root: bytes
    hash: str
    time: datetime
    number: int


@dataclass(slots=True)
class Result:
    """What was found; `record` is what the receipt says, once it gives its leaf. `pending`: it is not finished yet."""

    steps: list[Step] = field(default_factory=list)
    record: dict[str, Any] = field(default_factory=dict)
    head: Head | None = None
    place: int | None = None
    code: str = ""
    anchors: list[dict[str, str]] = field(default_factory=list)
    pending: bool = False

    @property
    def holds(self) -> bool:
        return bool(self.steps) and all(step.holds for step in self.steps) and not self.pending


def check(receipt: dict[str, Any], key_for: KeyFor) -> Result:
    """Look at a receipt (`writing.parse`) until something does not hold; never raises for what a stranger wrote."""
    result = Result()
    if receipt.get("checkpoint", 0) is None:
        result.pending = True
        return result
    steps: tuple[tuple[Any, Callable[[dict[str, Any], Result, KeyFor], Any]], ...] = (
        (_("the receipt has the fields of its format"), _shape),
        (_("the record is whole: it gives its fingerprint"), _record),
        (_("the checkpoint is one of this log"), _checkpoint),
        (_("the record stands at its place in the log of the checkpoint"), _path),
        (_("the checkpoint is signed by a key of this system"), _signature),
    )
    for label, look in steps:
        try:
            detail = look(receipt, result, key_for)
        except Broken as problem:
            result.steps.append(Step(label, False, problem.args[0]))
            return result
        result.steps.append(Step(label, True, detail))
    result.anchors = receipt["anchors"]
    result.code = code_of(result.place or 0, bytes.fromhex(receipt["leaf"]))
    return result


def _shape(receipt: dict[str, Any], _result: Result, _key_for: KeyFor) -> str:
    parts = all(isinstance(receipt.get(name), dict) and set(receipt[name]) == names for name, names in PARTS.items())
    if set(receipt) != NAMES or not parts or not _are_anchors(receipt["anchors"]):
        raise Broken(_("A field is missing, or one is there that receipts do not have."))
    record, checkpoint = receipt["record"], receipt["checkpoint"]
    texts = (record["text"], receipt["log"]["origin"], *checkpoint.values())
    numbers = (record["format"], receipt["log"]["place"], receipt["proof"]["size"])
    if not all(type(one) is str for one in texts) or not all(type(one) is int for one in numbers):
        raise Broken(_("A field is missing, or one is there that receipts do not have."))
    return str(receipt["format"])


def _are_anchors(anchors: Any) -> bool:
    return isinstance(anchors, list) and all(
        isinstance(one, dict)
        and set(one) == {"kind", "name", "reference"}
        and all(type(text) is str for text in one.values())
        for one in anchors
    )


def _record(receipt: dict[str, Any], result: Result, _key_for: KeyFor) -> str:
    told = receipt["record"]
    version, text = told["format"], told["text"]
    if HASH_OF.get(version) != told["hash"]:
        raise Broken(_("Format and hash of the record do not fit together."))
    record = _canonical(version, text)
    if record is None:
        raise Broken(_("The record is not written as records are."))
    leaf = leaf_of(version, text.encode())
    if leaf.hex() != receipt["leaf"]:
        raise Broken(_("The record does not give the fingerprint: one of both was altered."))
    result.record = record
    return f"{told['hash'].upper()} {leaf.hex()}"


def _canonical(version: int, text: str) -> dict[str, Any] | None:
    """The record, where it is written in the one way of its format."""
    try:
        record = loads(text)
        if not isinstance(record, dict) or set(record) != {*FIELDS, "facts", "recorded_at", "v"}:
            return None
        at = datetime.fromisoformat(record["recorded_at"])
        texts = all(isinstance(record[name], str) for name in FIELDS) and isinstance(record["facts"], dict)
        fits = texts and canonical_bytes(version, record, record["facts"], at) == text.encode()
    except (ValueError, TypeError, OverflowError, RecursionError):
        return None
    return record | {"recorded_at": at} if fits else None


def _checkpoint(receipt: dict[str, Any], result: Result, _key_for: KeyFor) -> str:
    head = head_of_text(receipt["checkpoint"]["text"])
    if head is None:
        raise Broken(_("The text of the checkpoint is not written as checkpoints are."))
    origin = receipt["checkpoint"]["text"].partition("\n")[0]
    if origin != receipt["log"]["origin"] or head.hash != receipt["record"]["hash"]:
        raise Broken(_("The checkpoint is of another log than the record."))
    result.head = head
    return f"{origin} · № {head.number}"


def head_of_text(text: str) -> Head | None:
    """What a checkpoint's text says; None where it is not one of ours to the byte."""
    lines = text.split("\n")
    if len(lines) != 4 + len(OURS) or lines[-1] or not lines[0]:
        return None
    pairs = [line.partition(" ")[::2] for line in lines[3:-1]]
    more = dict(pairs)
    fits = tuple(name for name, _value in pairs) == OURS and DIGITS.fullmatch(lines[1]) and more["hash"] in FORMAT_OF
    root = _decoded(lines[2])
    try:
        at = datetime.fromisoformat(more.get("time", ""))
    except ValueError:
        return None
    if (
        not fits
        or len(root) != SIZE
        or not DIGITS.fullmatch(more["number"])
        or not HEXADECIMAL.fullmatch(more["previous"])
    ):
        return None
    return Head(int(lines[1]), root, more["hash"], at, int(more["number"])) if at.tzinfo else None


def _path(receipt: dict[str, Any], result: Result, _key_for: KeyFor) -> str:
    head, place, path = result.head, receipt["log"]["place"], receipt["proof"]["path"]
    assert head is not None  # noqa: S101 - the step before found it
    if receipt["proof"]["size"] != head.size:
        raise Broken(_("The proof is for another size of the log than the checkpoint's."))
    written = isinstance(path, list) and all(type(one) is str and HEXADECIMAL.fullmatch(one) for one in path)
    if not written or len(path) > LONGEST_PATH:
        raise Broken(_("The proof is not written as proofs are."))
    proof = [bytes.fromhex(one) for one in path]
    if not inclusion_holds(HASHES[head.hash], bytes.fromhex(receipt["leaf"]), place, head.size, proof, head.root):
        raise Broken(_("The proof does not lead from the record to the head of the checkpoint."))
    result.place = place
    return f"{place} / {head.size}"


def _signature(receipt: dict[str, Any], _result: Result, key_for: KeyFor) -> str:
    told = receipt["checkpoint"]
    if told["algorithm"] != ALGORITHM:
        raise Broken(_("The algorithm of the signature is not known."))
    key = key_for(told["key_id"])
    if key is None:
        raise Broken(_("No key of this system has this name."))
    signature = _decoded(told["signature"])
    if not verify(key, sm3(told["text"].encode()), signature):
        raise Broken(_("The signature of the checkpoint does not hold."))
    return f"{told['algorithm']} · {told['key_id']}"


def _decoded(text: str) -> bytes:
    """The bytes of a text in base64; none for what is not written in the one way."""
    try:
        found = base64.b64decode(text, validate=True)
    except ValueError:
        return b""
    return found if base64.b64encode(found).decode() == text else b""
