"""Where the year is played: the region, its people, the numbers of its documents, and what must be equal."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import count
from typing import Any

from apps.budget.demo.acting import carry_through, holder, officer
from apps.budget.demo.authority import CITIES
from apps.ledger import services as ledger
from apps.ledger.models import Authority, AuthorityDocument, AuthorityState
from apps.ledger.services.lines import LineInput
from apps.regions.models import Region, Unit
from imbudget.kit.actor import Actor

Say = Callable[[str], Any]


class Untied(Exception):
    """Figures that must be equal are not."""


@dataclass
class Stage:
    """One region's own level in one year; `numbers` are those of its documents."""

    region: Region
    year: int
    numbers: Any = field(default_factory=lambda: count(1))
    clerks: dict[int, Actor] = field(default_factory=dict)
    paid: Decimal = Decimal(0)

    @property
    def officer(self) -> Actor:
        return officer(self.region)

    def clerk(self, unit: Unit) -> Actor:
        """Who enters and spends for the unit."""
        if unit.pk not in self.clerks:
            self.clerks[unit.pk] = holder("unit_clerk", unit=unit)
        return self.clerks[unit.pk]

    def head(self, title: str, month: int, day: int, **values: str) -> dict[str, Any]:
        """The head of the region's next document."""
        name = CITIES.get(self.region.code) or f"{self.region.name[:1]}财预"
        return {
            "number": f"{name}〔{self.year}〕{next(self.numbers)}号",
            "title": title,
            "dated": date(self.year, month, day),
            "basis": f"{self.region.name}人民代表大会批准的{self.year}年预算",
            "reason": title,
            **values,
        }

    def post(
        self, kind: str, head: dict[str, Any], lines: list[LineInput], unit: Unit | None = None
    ) -> AuthorityDocument:
        """A document drawn up by the office, or by the clerk of a unit, on its whole way."""
        actor = self.clerk(unit) if unit else self.officer
        document = ledger.draw_up(actor, self.region, self.year, kind, head, unit.pk if unit else None)
        return carry_through(actor, document, lines)

    def executable(self) -> list[Authority]:
        """What units may spend, the basic expenditure of the first units first."""
        rows = Authority.objects.filter(region=self.region, year=self.year, state=AuthorityState.EXECUTABLE)
        related = ("balance", "fund", "unit__region", "function", "department_economic", "project")
        return list(rows.filter(balance__available__gt=0).select_related(*related).order_by("kind", "unit__code", "pk"))


def equal(what: str, left: Decimal, right: Decimal) -> None:
    """Raises Untied where two sums that are the same money differ."""
    if left != right:
        raise Untied(f"{what}: {left:,.2f} and {right:,.2f}")
