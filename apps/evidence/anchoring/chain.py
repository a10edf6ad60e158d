"""What a chain has to do to keep checkpoints. Nothing here knows which chain it is, and nothing knows Django."""

from dataclasses import dataclass
from typing import Protocol


class ChainDown(Exception):
    """No node answers, or none in a way that can be used: nothing is known, try again later."""


class WrongChain(Exception):
    """A node belongs to another chain than the one that is set, or the contract is not there."""


class NotTaken(Exception):
    """The chain does not take a transaction as it is; carries its words."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where anchors are written: which chain, which contract on it, from which account."""

    chain_id: int
    contract: str
    account: str


@dataclass(frozen=True, slots=True)
class Note:
    """What is written of a checkpoint: the SM3 of the log's name, its number and size, its head, the SM3 of its text."""

    log: bytes
    number: int
    size: int
    root: bytes
    digest: bytes


@dataclass(frozen=True, slots=True)
class Written:
    """A signed transaction that need not have been sent yet; the same note under the same number gives the same bytes."""

    transaction: str
    raw: bytes
    nonce: int


@dataclass(frozen=True, slots=True)
class Found:
    """A transaction in a block: `holds` is whether the contract took it, `confirmations` counts the block itself as one."""

    transaction: str
    block: int
    block_hash: str
    confirmations: int
    holds: bool


@dataclass(frozen=True, slots=True)
class Kept:
    """What the contract holds under a number."""

    size: int
    root: bytes
    digest: bytes
    block: int


class Chain(Protocol):
    """One chain, over one or more of its nodes. All that asks raises ChainDown."""

    def place(self) -> Place:
        """Where it writes to; asks nobody."""

    def look(self) -> dict[str, object]:
        """How it stands: height, balance, which nodes answer. Raises WrongChain."""

    def write(self, note: Note, nonce: int | None = None) -> Written:
        """The signed transaction of a note, with the next number of the account where none is given."""

    def send(self, raw: bytes) -> None:
        """Hand a transaction to a node; one that it knows already is sent. Raises NotTaken."""

    def used(self, nonce: int) -> bool:
        """Whether a transaction of the account with this number is in a block."""

    def found(self, transaction: str, note: Note) -> Found | None:
        """What became of a transaction; None while it is in no block. Every node that answers must say the same."""

    def kept(self, log: bytes, number: int) -> Kept | None:
        """What the contract holds of a checkpoint of ours; None for nothing."""

    def last(self, log: bytes) -> int:
        """The highest number that the contract holds of ours; 0 for none."""

    def found_by(self, note: Note, block: int) -> str:
        """The transaction that wrote a note in this block; '' where it cannot be told."""
