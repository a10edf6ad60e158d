"""What checks of whole regions ask with, and what they answer."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils.functional import Promise

from apps.budget.selectors.rules import Rules, parameter
from imbudget.kit.findings import Level


@dataclass(frozen=True, slots=True)
class Asked:
    """The regions of a run, their round, and the rules that hold in each of them."""

    regions: Sequence[int]
    year: int
    round: str
    rules: Mapping[int, Rules]

    def rows(self, question: str, **values: Any) -> list[tuple[Any, ...]]:
        given: dict[str, Any] = {"regions": list(self.regions), "year": self.year, "round": self.round}
        with connection.cursor() as cursor:
            cursor.execute(question, given | values)
            return cursor.fetchall()

    def by_parameters(self, code: str, *names: str) -> Iterator[tuple["Asked", dict[str, str]]]:
        """The regions in groups that ask with the same parameters."""
        groups: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for region in self.regions:
            groups[tuple(parameter(self.rules[region], code, name) for name in names)].append(region)
        for values, regions in groups.items():
            yield Asked(regions, self.year, self.round, self.rules), dict(zip(names, values, strict=True))


@dataclass(frozen=True, slots=True)
class RegionFinding:
    """What a check found in a region: words and their values apart, so that they can be said in every language."""

    region: int
    level: Level
    text: Promise
    basis: Promise
    values: dict[str, str]
    sheet: int | None = None
    unit: int | None = None
    line: int | None = None


@dataclass(slots=True)
class RegionResult:
    """Findings, and the regions that the check could not look at, with the reason."""

    findings: list[RegionFinding] = field(default_factory=list)
    uncovered: set[int] = field(default_factory=set)
    reason: str | Promise = ""


def yuan(**amounts: Decimal) -> dict[str, str]:
    return {name: f"{amount:,.2f}" for name, amount in amounts.items()}
