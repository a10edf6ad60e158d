"""What the system knows of a unit's budget of the year before."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Exists, OuterRef, Sum

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


def last_year_of(sheet: BudgetSheet) -> LastYear:
    """The accepted sheet that the unit had in the year before; nothing where there is none."""
    without_class = BudgetLine.objects.filter(sheet=OuterRef("pk"), department_economic=None)
    found = BudgetSheet.objects.filter(unit=sheet.unit_id, year=sheet.year_id - 1, state=SheetState.ACCEPTED)
    rows = list(found.values_list("round", "pk", Exists(without_class)))
    if not rows:
        return LastYear(None, False)
    _round, pk, by_function = max(rows, key=lambda row: ROUNDS.index(row[0]))
    return LastYear(pk, not by_function)
