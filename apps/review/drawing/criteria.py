"""What a draw asks for: how many experts of which fields, levels, languages and rank."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard

RANKS = ("senior", "associate", "intermediate", "other")  # the highest first
LANGUAGES = ("zh", "mn")
LEVELS = (0, 1, 2)
MOST = 99
NAMES = {"size", "fields", "levels", "languages", "min_rank"}


class BadCriteria(ValueError):
    """Criteria that cannot be read or fulfilled; `name` says which one."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


@dataclass(frozen=True, slots=True)
class Criteria:
    """`fields` are quotas by code; what they leave of `size` is open to every field."""

    size: int
    fields: tuple[tuple[str, int], ...]
    levels: tuple[int, ...]
    languages: tuple[str, ...]
    min_rank: str | None

    @classmethod
    def read(cls, given: Any) -> "Criteria":
        """Check what somebody gave, or what was stored. Raises BadCriteria."""
        if not isinstance(given, Mapping) or set(given) - NAMES:
            raise BadCriteria("criteria")
        size: Any = given.get("size")
        fields: Any = given.get("fields", {})
        if not _is_count(size):
            raise BadCriteria("size")
        if not isinstance(fields, Mapping) or not all(isinstance(code, str) and code for code in fields):
            raise BadCriteria("fields")
        if not all(_is_count(quota) for quota in fields.values()) or sum(fields.values()) > size:
            raise BadCriteria("fields")
        levels = _chosen(given, "levels", LEVELS)
        if not levels:
            raise BadCriteria("levels")
        rank = given.get("min_rank")
        if rank is not None and (not isinstance(rank, str) or rank not in RANKS):
            raise BadCriteria("min_rank")
        return cls(size, tuple(sorted(fields.items())), levels, _chosen(given, "languages", LANGUAGES), rank)

    @property
    def seats(self) -> tuple[str, ...]:
        """A field for each seat, "" where any will do; those come last."""
        kept = [code for code, quota in self.fields for _seat in range(quota)]
        return (*kept, *[""] * (self.size - len(kept)))

    @property
    def is_open(self) -> bool:
        """Whether a seat is open to every field."""
        return sum(quota for _code, quota in self.fields) < self.size

    @property
    def ranks(self) -> tuple[str, ...]:
        """The ranks that will do."""
        return RANKS if self.min_rank is None else RANKS[: RANKS.index(self.min_rank) + 1]

    def as_json(self) -> dict[str, Any]:
        """As it is stored, and digested."""
        return {
            "size": self.size,
            "fields": dict(self.fields),
            "levels": list(self.levels),
            "languages": list(self.languages),
            "min_rank": self.min_rank,
        }


def _is_count(value: Any) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= MOST


def _chosen(given: Mapping[str, Any], name: str, known: tuple[Any, ...]) -> tuple[Any, ...]:
    """The known ones of a list, each once, in our order; anything else in it is refused."""
    values = given.get(name, [])
    if not isinstance(values, list | tuple):
        raise BadCriteria(name)
    if any(isinstance(value, bool) or value not in known for value in values):
        raise BadCriteria(name)
    return tuple(value for value in known if value in values)
