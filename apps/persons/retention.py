"""What an app lends for each kind of its data that has an end: which rows are past it, and how they are done away with."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from imbudget.kit import registry


@dataclass(frozen=True, slots=True)
class Ending:
    """`due(before)` gives the rows whose time ran out before then; `end(rows)` does away with them: rows by their keys.

    What the archive law keeps (vouchers, ledgers, what proves them) has none.
    """

    label: Any
    what: Any
    due: Callable[[datetime], Any]
    end: Callable[[Iterable[Any]], None]
    days: int
    basis: Any


def ending_of(key: str) -> Ending | None:
    """The rule of a kind of data; none where its app is gone."""
    return registry.retention.get(key) if key in registry.retention else None
