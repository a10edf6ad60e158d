"""The tables of what money is for, by function and by economic class, and “三公”经费."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from apps.budget.models import ExpenditureKind
from apps.codes.models import Catalog, WatchedItem
from apps.reports.document import Column, Row, Table
from apps.reports.published.figures import BUDGETS, GENERAL, ZERO, Figures
from apps.reports.published.pieces import FUNCTION_LEVELS, columns_of, money, part_of, sum_of, table_of

ECONOMIC_LEVELS = (3, 5)
PERSONNEL = ("301", "303")  # economic classes of 人员经费; the rest of basic expenditure is 公用经费
BASIC, PROJECT = ExpenditureKind.BASIC, ExpenditureKind.PROJECT
VEHICLES = (WatchedItem.VEHICLE_PURCHASE, WatchedItem.VEHICLE_RUNNING)


def expenditure(made: Figures) -> Table:
    """支出总表: every class of function, basic and project expenditure beside each other."""
    return by_function(made, _("expenditure"), BUDGETS)


def by_function(made: Figures, title: str, budgets: Sequence[str]) -> Table:
    """What some budgets pay for, by 类, 款 and 项."""
    sums: dict[str, list[Decimal]] = defaultdict(lambda: [ZERO, ZERO])
    for (code, kind), found in made.functions.items():
        sums[code][kind == PROJECT] += part_of(found, budgets)
    labels = (_("basic expenditure"), _("project expenditure"))
    return _tree(title, labels, sums, made.names[Catalog.FUNCTION], FUNCTION_LEVELS)


def general_basic(made: Figures) -> Table:
    """一般公共预算基本支出表: by department economic class, for staff and for the office."""
    sums: dict[str, list[Decimal]] = defaultdict(lambda: [ZERO, ZERO])
    for (code, kind), found in made.economic.items():
        if kind == BASIC:
            sums[code][not code.startswith(PERSONNEL)] += found.get(GENERAL, ZERO)
    labels = (_("staff expenditure"), _("office"))
    title = _("general public budget basic expenditure")
    return _tree(title, labels, sums, made.names[Catalog.DEPARTMENT_ECONOMIC], ECONOMIC_LEVELS)


def three_public(made: Figures) -> Table:
    """“三公”经费支出表: out of the general public budget, beside last year."""
    columns = (Column(_("item")), money(_("approved last year")), money(_("this year")))
    parts = {
        item: made.watched.get(item, (ZERO, ZERO)) for item in (WatchedItem.ABROAD, *VEHICLES, WatchedItem.RECEPTION)
    }
    running = [sum_of(parts[item][place] for item in VEHICLES) for place in (0, 1)]
    rows = [
        Row((str(WatchedItem.ABROAD.label), *parts[WatchedItem.ABROAD])),
        Row((_("official vehicles"), *running), kind="subtotal"),
        *(Row((str(item.label), *parts[item]), indent=1) for item in VEHICLES),
        Row((str(WatchedItem.RECEPTION.label), *parts[WatchedItem.RECEPTION])),
    ]
    return table_of(_("three-public expenditure"), columns, rows, (_("total"), *columns_of(rows, 1)))


def _tree(
    title: str, labels: tuple[str, str], sums: dict[str, list[Decimal]], names: dict[str, str], levels: Sequence[int]
) -> Table:
    """Codes with those above them, the total of two columns before the two."""
    columns = (
        Column(_("code"), kind="code"),
        Column(_("name")),
        money(_("total"), adds=(3, 4)),
        *(money(label) for label in labels),
    )
    stated = {code: pair for code, pair in sums.items() if any(pair)}
    whole: dict[str, list[Decimal]] = defaultdict(lambda: [ZERO, ZERO])
    for code, pair in stated.items():
        for each in (*_above(code, levels), code):
            whole[each] = [had + more for had, more in zip(whole[each], pair, strict=True)]
    heads = {each for code in stated for each in _above(code, levels)}
    rows = [
        Row(
            (code or "–", names.get(code) or "–", sum_of(whole[code]), *whole[code]),
            kind="subtotal" if code in heads else "line",
            indent=len(_above(code, levels)),
        )
        for code in sorted(whole)
    ]
    pairs = list(stated.values())
    sums_of = [sum_of(pair[place] for pair in pairs) for place in (0, 1)]
    return table_of(title, columns, rows, ("", _("total"), sum_of(sums_of), *sums_of))


def _above(code: str, levels: Sequence[int]) -> list[str]:
    return [code[:length] for length in levels if length < len(code)]
