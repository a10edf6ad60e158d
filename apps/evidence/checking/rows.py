"""Entries as the database writes them down: one binary COPY, each row taken apart once.

The database is asked for the bytes of format 2 in two parts, around the facts, without escapes. That they are the canonical
bytes is certain where the parts hold just the quotation marks of the format and no backslash: `is_plain`. All other entries,
and those of format 1, are written down by `canonical` (`WHOLE`).
"""

import struct
from collections.abc import Iterator
from typing import Any, Final

from psycopg import OperationalError, pq

from apps.evidence.canonical import FIELDS

# A row: 8 fields of fixed size, each behind its length, up to the length of the leaf.
HEAD: Final = struct.Struct(">hiqiqiiiqiqihi")
LENGTH: Final = struct.Struct(">i")
SIGNATURE: Final = 19  # bytes before the first row of a binary COPY: its name, flags, an empty extension
END: Final = 2  # bytes of the trailer

OPEN: Final = b'{"v": "2", "event": "'
FACTS: Final = b'", "facts": '
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
    e.version, e.leaf, e.event, e.facts::text, concat({TAIL}, '"}}')
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
    skip = SIGNATURE
    while True:
        size, view = pgconn.get_copy_data(0)
        if size < 0:
            break
        data = bytes(view)[skip:] if skip else bytes(view)
        skip = 0
        if len(data) > END:
            yield data
    result = pgconn.get_result()
    if size != -1 or result is None or result.status != pq.ExecStatus.COMMAND_OK:
        raise OperationalError(result.error_message.decode(errors="replace") if result else "the COPY broke off")
    while pgconn.get_result() is not None:
        pass


def is_plain(event: bytes, tail: bytes) -> bool:
    """Whether nothing in the values had to be escaped."""
    return tail.count(b'"') == QUOTES and b"\\" not in tail and b'"' not in event and b"\\" not in event
