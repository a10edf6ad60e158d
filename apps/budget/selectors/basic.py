"""Basic expenditure as it follows from head counts and standards, with the formula of every amount."""

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Q, Sum

from apps.budget.models import BudgetSheet, ExpenditureKind, ExpenditureStandard, StaffCount
from apps.budget.selectors.lastyear import last_accepted
from apps.codes.models import Catalog, Code
from apps.regions.models import Unit
from imbudget.kit.money import rounded

FORMULA_LENGTH = 2000  # what the note of a line holds


@dataclass(frozen=True, slots=True)
class ComputedLine:
    """What a unit needs under one economic class, and how it comes about."""

    economic: Code
    amount: Decimal
    formula: str


@dataclass(frozen=True, slots=True)
class Basic:
    """`ruled`: standards hold for the unit; `counted`: it has stated its head counts; `retired`: classes not in the year."""

    ruled: bool
    counted: bool
    lines: list[ComputedLine] = field(default_factory=list)
    retired: list[str] = field(default_factory=list)

    @property
    def total(self) -> Decimal:
        return sum((line.amount for line in self.lines), Decimal(0))


def standards_for(unit: Unit, year: int) -> list[ExpenditureStandard]:
    """The standard that decides for each economic class and category: the nearest region's, then the nature's own."""
    nodes = unit.region.get_ancestors(include_self=True)
    rows = ExpenditureStandard.objects.filter(
        Q(region=None) | Q(region__in=nodes),
        Q(category=None) | Q(category__is_active=True),
        nature__in=("", unit.nature),
        valid_from__lte=year,
        valid_to__gte=year,
    ).select_related("region", "category")
    chosen: dict[tuple[str, int | None], ExpenditureStandard] = {}
    for row in sorted(rows, key=_nearness):
        chosen[row.economic, row.category_id] = row
    return sorted(chosen.values(), key=lambda row: (row.economic, row.category.order if row.category else -1, row.pk))


def _nearness(row: ExpenditureStandard) -> tuple[int, bool, int]:
    return (row.region.level if row.region else -1, bool(row.nature), row.valid_from)


def basic_expenditure(unit: Unit, year: int) -> Basic:
    """Σ head count × standard by economic class; three queries, one where no standard holds."""
    standards = standards_for(unit, year)
    if not standards:
        return Basic(ruled=False, counted=False)
    counts = dict(StaffCount.objects.filter(unit=unit, year=year).values_list("category_id", "people"))
    if not counts:
        return Basic(ruled=True, counted=False)
    amounts: dict[str, Decimal] = defaultdict(Decimal)
    terms: dict[str, list[str]] = defaultdict(list)
    for row in standards:
        people = 1 if row.category_id is None else counts.get(row.category_id, 0)
        if people and row.amount:
            amounts[row.economic] += people * row.amount
            terms[row.economic].append(
                f"{row.category} {people} × {row.amount:,.2f}" if row.category else f"{row.amount:,.2f}"
            )
    codes = Code.objects.filter(
        catalog=Catalog.DEPARTMENT_ECONOMIC, year_id=year, code__in=list(amounts), is_leaf=True
    ).order_by("code")
    known = {code.code: code for code in codes if code.is_valid_in(year)}
    lines = [
        ComputedLine(code, rounded(amounts[text]), " + ".join(terms[text])[:FORMULA_LENGTH])
        for text, code in known.items()
    ]
    return Basic(ruled=True, counted=True, lines=lines, retired=sorted(set(amounts) - set(known)))


def main_codes(sheet: BudgetSheet) -> tuple[Code | None, Code | None]:
    """Function and fund type under which most of last year's basic expenditure stood, as this year has them."""
    source = last_accepted(sheet)
    if source is None:
        return None, None
    lines = source.lines.filter(kind=ExpenditureKind.BASIC).order_by()
    found: list[Code | None] = []
    for name, catalog in (("function", Catalog.FUNCTION), ("fund", Catalog.FUND)):
        sums = lines.values(f"{name}__code").annotate(sum=Sum("amount")).order_by("-sum", f"{name}__code")
        text = sums.values_list(f"{name}__code", flat=True).first()
        code = Code.objects.filter(catalog=catalog, year_id=sheet.year_id, code=text, is_leaf=True).first()
        found.append(code if code and code.is_valid_in(sheet.year_id) else None)
    return found[0], found[1]
