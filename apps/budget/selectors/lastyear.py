"""What the system knows of a unit's budget of the year before."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Sum

from apps.budget.models import BudgetLine, BudgetRound, BudgetSheet, SheetState

ROUNDS = list(BudgetRound.values)  # in the order of the year


@dataclass(frozen=True, slots=True)
class LastYear:
    """The accepted sheet of the year before, of its latest round; `is_by_class` unless it stands by function alone."""

    sheet_id: int | None
    is_by_class: bool

    @property
    def is_known(self) -> bool:
        return self.sheet_id is not None

    def sums(self, codes: set[str]) -> dict[str, Decimal]:
        """Department economic class → amount in yuan, for these classes; one without lines is left out."""
        lines = BudgetLine.objects.filter(sheet_id=self.sheet_id, department_economic__code__in=codes)
        sums = lines.order_by().values("department_economic__code").annotate(total=Sum("amount"))
        return dict(sums.values_list("department_economic__code", "total"))


def last_accepted(sheet: BudgetSheet) -> BudgetSheet | None:
    """The unit's accepted sheet of the year before, of the latest round that has one."""
    found = BudgetSheet.objects.filter(unit=sheet.unit_id, year=sheet.year_id - 1, state=SheetState.ACCEPTED)
    return max(found, key=lambda old: ROUNDS.index(old.round), default=None)


def last_year_of(sheet: BudgetSheet) -> LastYear:
    """What is known of the unit's last accepted sheet; nothing where there is none."""
    found = last_accepted(sheet)
    if found is None:
        return LastYear(None, False)
    return LastYear(found.pk, not found.lines.filter(department_economic=None).exists())
