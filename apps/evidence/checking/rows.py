"""Entries as the database writes them down: one binary COPY, each row taken apart once.

The database puts the bytes of format 2 together without escapes. That they are the canonical bytes is certain where the values
hold no quotation mark and no backslash (`is_plain`). All other entries, and those of format 1, are written down by `canonical`
(`WHOLE`).
"""

import struct
from collections.abc import Iterator
from typing import Any, Final

from psycopg import OperationalError, pq

from apps.evidence.canonical import FIELDS
from apps.evidence.merkle import SIZE

# A row: fields of fixed size, each behind its length, up to the length of the leaf; the leaf and the length of what follows it.
HEAD: Final = struct.Struct(">2x4xq4xq4xi4xq4xq4xhi")
LEAF_AT: Final = HEAD.size
BODY_AT: Final = LEAF_AT + SIZE + 4
SIGNATURE: Final = 19  # bytes before the first row of a binary COPY: its name, flags, an empty extension
END: Final = 2  # bytes of the trailer

OPEN: Final = '{"v": "2", "event": "'
FACTS: Final = '", "facts": '
TAIL_BEGINS: Final = b', "address": "'
BEHIND: Final = (
    "address",
    "actor_id",
    "actor_name",
    "post_label",
    "subject_id",
    "recorded_at",
    "region_code",
    "subject_type",
    "subject_label",
)
QUOTES: Final = 4 * len(BEHIND)  # two around each name, two around each value
MOMENT: Final = "to_char(e.recorded_at AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US+00:00')"
VALUE: Final = {name: MOMENT if name == "recorded_at" else f"e.{name}" for name in BEHIND}
TAIL: Final = ", ".join(f"""'{'"' if at else ""}, "{name}": "', {VALUE[name]}""" for at, name in enumerate(BEHIND))
COLUMNS: Final = f"""
    e.id, coalesce(e.batch_id, 0)::bigint, coalesce(e.position, 0)::int, coalesce(e.xid, '0'::xid8), e.recorded_at,
    e.version, e.leaf, concat('{OPEN}', e.event, '{FACTS}', e.facts::text, {TAIL}, '"}}')
"""
SEALED: Final = f"""
COPY (SELECT {COLUMNS} FROM evidence_entry e WHERE e.batch_id BETWEEN %d AND %d ORDER BY e.batch_id, e.position)
TO STDOUT (FORMAT binary)
"""  # noqa: S608 - fixed texts
WAITING: Final = f"""
COPY (SELECT {COLUMNS} FROM evidence_entry e WHERE e.batch_id IS NULL ORDER BY e.id) TO STDOUT (FORMAT binary)
"""  # noqa: S608 - fixed texts
WHOLE: Final = f"""
SELECT id, version, leaf, recorded_at, facts, {", ".join(FIELDS)} FROM evidence_entry WHERE id = ANY(%s)
"""  # noqa: S608 - fixed texts


def copied(pgconn: Any, sql: str) -> Iterator[bytes]:
    """The rows of a binary COPY, each as it came. Raises OperationalError when the database breaks it off."""
    result = pgconn.exec_(sql.encode())
    if result.status != pq.ExecStatus.COPY_OUT:
        raise OperationalError(result.error_message.decode(errors="replace"))
    read, skip = pgconn.get_copy_data, SIGNATURE
    size, view = read(0)
    while size >= 0:
        data = bytes(view)[skip:]
        skip = 0
        if len(data) > END:
            yield data
        size, view = read(0)
    result = pgconn.get_result()
    if size != -1 or result is None or result.status != pq.ExecStatus.COMMAND_OK:
        raise OperationalError(result.error_message.decode(errors="replace") if result else "the COPY broke off")
    while pgconn.get_result() is not None:
        pass


EVENT_ENDS: Final = FACTS.encode()
EVENT_AT: Final = BODY_AT + len(OPEN)


def is_plain(data: bytes, known: set[bytes]) -> bool:
    """Whether nothing in the values of a row had to be escaped; `known` are operations seen to be plain, and grows.

    What is looked for may stand in a value as well; then fewer quotation marks are behind it, or more before, than there are.
    """
    tail = data.rfind(TAIL_BEGINS)
    if data.count(b'"', tail) != QUOTES or data.find(b"\\", tail) >= 0:
        return False
    event = data[EVENT_AT : data.find(EVENT_ENDS, EVENT_AT)]
    if event not in known:
        if b'"' in event or b"\\" in event:
            return False
        known.add(event)
    return True
