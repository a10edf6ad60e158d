"""What does not fit, as data: people's words for it are made where the records can be read (`selectors/verifying/words.py`)."""

from dataclasses import asdict, dataclass
from typing import Any, NamedTuple

MANY = 1000  # findings of one kind in one stretch that are named; the rest is counted: none hides those of another kind


@dataclass(frozen=True, slots=True)
class Finding:
    """`kind` is a key of the words; the rest says which record and where, as far as it is known."""

    kind: str
    entry: int = 0
    batch: int = 0
    position: int = 0
    place: int = -1
    other: int = -1
    leaf: str = ""

    def as_data(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Sealed:
    """A batch as its row says; times in microseconds since 2000 (PostgreSQL's own), `xid` 0 where it was not kept."""

    number: int
    first: int
    size: int
    root: bytes
    xid: int
    at: int


class Row(NamedTuple):
    """An entry as far as its place goes."""

    pk: int
    position: int
    leaf: bytes
    xid: int
    at: int


Plain = tuple[
    int, int, bytes, int, int
]  # a row before anything is wrong with it: a name for each would cost as much as its hash
