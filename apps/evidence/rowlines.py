"""What is hashed of a version of a row, of a batch of versions, and what a batch's entry in evidence says; no database.

A version is nine lines ended by LF: number, table, key, what happened (I, U, D, B), UTC time with six digits, transaction, number
of the act or nothing, SM3 of the columns, SM3 of the row. Its RFC 6962 leaf, the root of a batch and the head that chains it
to the batch before are those of entries (`canonical`), always with SM3.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from apps.evidence.canonical import head_of, root_of
from apps.evidence.merkle import leaf_hash
from imbudget.kit.crypto import sm3, sm3_hex
from imbudget.kit.integrity import is_genuine, stamp

PURPOSE = "rows"
START = bytes(32)  # what the first batch follows


def version_leaf(  # noqa: PLR0913 - all that a version consists of
    number: int, table: str, key: int, op: str, at: datetime, xid: int, act: int | None, shape: str, digest: bytes
) -> bytes:
    """The leaf of one version; `shape` is the digest of the columns, `digest` that of the row (empty where it is gone)."""
    moment = at.astimezone(UTC).isoformat(timespec="microseconds")
    lines = (number, table, key, op, moment, xid, "" if act is None else act, shape, digest.hex())
    return leaf_hash(sm3, "".join(f"{line}\n" for line in lines).encode())


def facts_of(batch: int, previous: bytes, ids: Sequence[int], leaves: Sequence[bytes]) -> dict[str, Any]:
    """What the entry of a batch says: how much it is, its root, the head, and our stamp over the head."""
    root = root_of(sm3, leaves)
    head = head_of(sm3, previous, batch, len(leaves), root)
    facts = {"batch": batch, "size": len(leaves), "first": min(ids), "last": max(ids), "root": root.hex()}
    return facts | {"head": head.hex(), "stamp": stamp(PURPOSE, head.hex())}


def what_is_wrong(facts: dict[str, Any], previous: bytes, leaves: Sequence[bytes]) -> str:
    """Why a batch is not what its entry says, in words; nothing where it is."""
    if len(leaves) != facts["size"] or not leaves or root_of(sm3, leaves).hex() != facts["root"]:
        return "versions were added, removed or changed"
    head = head_of(sm3, previous, facts["batch"], facts["size"], bytes.fromhex(facts["root"]))
    if head.hex() != facts["head"]:
        return "it does not follow the one before it"
    return ""


def is_ours(facts: dict[str, Any]) -> bool:
    """Whether the head bears our stamp."""
    return is_genuine(PURPOSE, str(facts["stamp"]), facts["head"])


def body_digest(body: str) -> bytes:
    """The SM3 of a row as PostgreSQL prints it; empty for a row that is gone."""
    return sm3(body.encode()) if body else b""


def shape_digest(table: str, columns: Iterable[str]) -> str:
    """What a version says of the columns of its table."""
    return sm3_hex("\n".join((table, *columns)).encode())
