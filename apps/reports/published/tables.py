"""The twelve tables as they are published (部门预算公开表), each total added up from the rows of its own table."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import zip_longest
from typing import Any

from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from apps.budget.models import BudgetRound, ExpenditureKind
from apps.codes.models import Catalog, WatchedItem
from apps.reports.document import Coded, Column, Document, Row, Table
from apps.reports.published.figures import (
    ACCOUNTS,
    BUDGETS,
    CAPITAL,
    FUNDS,
    GENERAL,
    INSURANCE,
    OWN,
    ZERO,
    Figures,
    Sums,
)

FUNCTION_LEVELS = (3, 5, 7)  # digits of 类, 款 and 项
ECONOMIC_LEVELS = (3, 5)
FINANCE = (GENERAL, FUNDS, CAPITAL)  # what the finance office appropriates (财政拨款)
PERSONNEL = ("301", "303")  # economic classes of 人员经费; the rest of basic expenditure is 公用经费
BASIC, PROJECT = ExpenditureKind.BASIC, ExpenditureKind.PROJECT
VEHICLES = (WatchedItem.VEHICLE_PURCHASE, WatchedItem.VEHICLE_RUNNING)


def twelve_tables(made: Figures) -> list[Table]:
    """All of them in their order, whether anything stands in them or not."""
    return [
        balance(made),
        income(made),
        expenditure(made),
        appropriations(made),
        by_function(made, _("general public budget expenditure"), (GENERAL,)),
        general_basic(made),
        three_public(made),
        by_function(made, _("government funds expenditure"), (FUNDS,)),
        by_function(made, _("state capital operations expenditure"), (CAPITAL,)),
        projects(made),
        goals(made),
        procurement(made),
    ]


def published_document(made: Figures) -> Document:
    """All tables as one document, each on a page of its own; before approval it says that it is a draft."""
    numbered = [
        replace(table, title=f"{number:02} {table.title}", apart=number > 1)
        for number, table in enumerate(twelve_tables(made), 1)
    ]
    return Document(
        title=_("Published budget tables of %(name)s for %(year)s") % {"name": made.scope.node, "year": made.year},
        subtitle=basis_of(made),
        unit_note=_("in yuan"),
        sections=numbered,
        number=made.document.number if made.document else "",
        language=get_language() or "zh-hans",
    )


def basis_of(made: Figures) -> str:
    """What the figures rest on."""
    if made.document:
        return _("approved by %(document)s") % {"document": made.document}
    return _("draft, not approved: %(round)s") % {"round": BudgetRound(made.round).label}


def budget_names() -> dict[str, str]:
    """The budgets and funds that money comes from."""
    return {
        GENERAL: _("general public budget"),
        FUNDS: _("government funds"),
        CAPITAL: _("state capital operations"),
        INSURANCE: _("social insurance funds"),
        ACCOUNTS: _("special fiscal accounts"),
        OWN: _("funds of the unit"),
    }


def balance(made: Figures) -> Table:
    """收支总表: where the money comes from beside what it is for."""
    names = budget_names()
    sources = [(names[budget], amount) for budget, amount in _of_budgets(made.units.values()).items()]
    goals_ = _classes(made, BUDGETS)
    columns = (
        Column(pgettext("published table", "income")),
        _money(pgettext("income", "amount")),
        Column(pgettext("published table", "expenditure")),
        _money(pgettext("expenditure", "amount")),
    )
    rows = [
        Row((*(source or ("", None)), *((goal[0], goal[1]) if goal else ("", None))))
        for source, goal in zip_longest(sources, goals_)
    ]
    ends = (
        _("total income"),
        _sum(amount for _name, amount in sources),
        _("total expenditure"),
        _sum(goal[1] for goal in goals_),
    )
    return _table(_("income and expenditure"), columns, rows, ends)


def income(made: Figures) -> Table:
    """收入总表: what each unit has from each budget."""
    names = budget_names()
    columns = (
        _unit_column(),
        _money(_("total"), adds=tuple(range(2, 2 + len(BUDGETS)))),
        *(_money(names[budget]) for budget in BUDGETS),
    )
    rows = [
        Row((_unit(made, unit), _sum(sums.values()), *(sums.get(budget, ZERO) for budget in BUDGETS)))
        for unit, sums in sorted(made.units.items(), key=lambda pair: _unit_code(made, pair[0]))
    ]
    return _table(_("income"), columns, rows, (_("total"), *_columns_of(rows, 1)))


def expenditure(made: Figures) -> Table:
    """支出总表: every class of function, basic and project expenditure beside each other."""
    return by_function(made, _("expenditure"), BUDGETS)


def appropriations(made: Figures) -> Table:
    """财政拨款收支总表: what the finance office appropriates and what it is for."""
    names = budget_names()
    totals = _of_budgets(made.units.values())
    sources = [(names[budget], totals[budget]) for budget in FINANCE]
    goals_ = _classes(made, FINANCE)
    columns = (
        Column(pgettext("published table", "income")),
        _money(pgettext("income", "amount")),
        Column(pgettext("published table", "expenditure")),
        _money(pgettext("expenditure", "amount"), adds=(4, 5, 6)),
        *(_money(names[budget]) for budget in FINANCE),
    )
    blank = ("", None, None, None, None)
    rows = [Row((*(source or ("", None)), *(goal or blank))) for source, goal in zip_longest(sources, goals_)]
    sums = [_sum(goal[place] for goal in goals_) for place in range(1, 5)]
    ends = (_("total income"), _sum(amount for _name, amount in sources), _("total expenditure"), *sums)
    return _table(_("income and expenditure of finance appropriations"), columns, rows, ends)


def by_function(made: Figures, title: str, budgets: Sequence[str]) -> Table:
    """What some budgets pay for, by 类, 款 and 项."""
    sums: dict[str, list[Decimal]] = defaultdict(lambda: [ZERO, ZERO])
    for (code, kind), found in made.functions.items():
        sums[code][kind == PROJECT] += _part(found, budgets)
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
    columns = (Column(_("item")), _money(_("approved last year")), _money(_("this year")))
    parts = {
        item: made.watched.get(item, (ZERO, ZERO)) for item in (WatchedItem.ABROAD, *VEHICLES, WatchedItem.RECEPTION)
    }
    running = [_sum(parts[item][place] for item in VEHICLES) for place in (0, 1)]
    rows = [
        Row((str(WatchedItem.ABROAD.label), *parts[WatchedItem.ABROAD])),
        Row((_("official vehicles"), *running), kind="subtotal"),
        *(Row((str(item.label), *parts[item]), indent=1) for item in VEHICLES),
        Row((str(WatchedItem.RECEPTION.label), *parts[WatchedItem.RECEPTION])),
    ]
    return _table(_("three-public expenditure"), columns, rows, (_("total"), *_columns_of(rows, 1)))


def projects(made: Figures) -> Table:
    """项目支出表: each project and the budgets that pay for it."""
    return _of_projects(pgettext("title of a published table", "project expenditure"), made, made.projects)


def procurement(made: Figures) -> Table:
    """政府采购预算表."""
    return _of_projects(pgettext("title of a published table", "government procurement"), made, made.procurement)


def _of_projects(title: str, made: Figures, found: dict[tuple[int, str, str], Sums]) -> Table:
    names = budget_names()
    columns = (
        Column(_("project name"), code_label=_("project code")),
        _unit_column(),
        _money(_("total"), adds=(3, 4, 5, 6)),
        *(_money(names[budget]) for budget in FINANCE),
        _money(_("other funds")),
    )
    rows = [
        Row((Coded(code, name), _unit(made, unit), _sum(sums.values()), *_finance(sums)))
        for (unit, code, name), sums in _projects_in_order(made, found)
    ]
    return _table(title, columns, rows, (_("total"), "", *_columns_of(rows, 2)))


def _finance(sums: Sums) -> tuple[Decimal, ...]:
    own = [sums.get(budget, ZERO) for budget in FINANCE]
    return (*own, _sum(sums.values()) - _sum(own))


def goals(made: Figures) -> Table:
    """项目支出绩效目标表: every project with room for its goals, which the library does not hold."""
    columns = (
        Column(_("project name"), code_label=_("project code")),
        _unit_column(),
        _money(_("amount")),
        *(
            Column(label)
            for label in (
                _("goal of the year"),
                _("first-level indicator"),
                _("second-level indicator"),
                _("third-level indicator"),
                _("target value"),
            )
        ),
    )
    rows = [
        Row((Coded(code, name), _unit(made, unit), _sum(sums.values()), "", "", "", "", ""))
        for (unit, code, name), sums in _projects_in_order(made, made.projects)
    ]
    ends = (_("total"), "", *_columns_of(rows, 2, 3), "", "", "", "", "")
    return _table(_("performance goals of projects"), columns, rows, ends)


def _projects_in_order(
    made: Figures, found: dict[tuple[int, str, str], Sums]
) -> list[tuple[tuple[int, str, str], Sums]]:
    return sorted(found.items(), key=lambda pair: (_unit_code(made, pair[0][0]), pair[0][1:]))


def _tree(
    title: str, labels: tuple[str, str], sums: dict[str, list[Decimal]], names: dict[str, str], levels: Sequence[int]
) -> Table:
    """Codes with those above them, the total of two columns before the two."""
    columns = (
        Column(_("code"), kind="code"),
        Column(_("name")),
        _money(_("total"), adds=(3, 4)),
        *(_money(label) for label in labels),
    )
    stated = {code: pair for code, pair in sums.items() if any(pair)}
    whole: dict[str, list[Decimal]] = defaultdict(lambda: [ZERO, ZERO])
    for code, pair in stated.items():
        for each in (*_above(code, levels), code):
            whole[each] = [had + more for had, more in zip(whole[each], pair, strict=True)]
    heads = {each for code in stated for each in _above(code, levels)}
    rows = [
        Row(
            (code or "–", names.get(code) or "–", _sum(whole[code]), *whole[code]),
            kind="subtotal" if code in heads else "line",
            indent=len(_above(code, levels)),
        )
        for code in sorted(whole)
    ]
    pairs = list(stated.values())
    sums_of = [_sum(pair[place] for pair in pairs) for place in (0, 1)]
    return _table(title, columns, rows, ("", _("total"), _sum(sums_of), *sums_of))


def _above(code: str, levels: Sequence[int]) -> list[str]:
    return [code[:length] for length in levels if length < len(code)]


def _classes(made: Figures, budgets: Sequence[str]) -> list[tuple[Any, ...]]:
    """The 类 of function with what they get in all and, of each budget of finance, by itself."""
    sums: dict[str, Sums] = defaultdict(dict)
    for (code, _kind), found in made.functions.items():
        top = sums[code[: FUNCTION_LEVELS[0]]]
        for budget in budgets:
            top[budget] = top.get(budget, ZERO) + found.get(budget, ZERO)
    names = made.names[Catalog.FUNCTION]
    return [
        (names.get(code) or code, _sum(found.values()), *(found.get(budget, ZERO) for budget in FINANCE))
        for code, found in sorted(sums.items())
        if any(found.values())
    ]


def _of_budgets(found: Iterable[Sums]) -> dict[str, Decimal]:
    totals = dict.fromkeys(BUDGETS, ZERO)
    for sums in found:
        for budget, amount in sums.items():
            totals[budget] += amount
    return totals


def _table(title: str, columns: Sequence[Column], rows: list[Row], ends: Sequence[Any]) -> Table:
    """With its total; one that says nothing but zeros is empty, and says so."""
    stated = any(isinstance(cell, Decimal) and cell for row in rows for cell in row.cells)
    return Table(columns, [*rows, Row(tuple(ends), kind="total")] if stated else [], title, empty=empty_words())


def empty_words() -> str:
    """What stands in a table that has nothing to say: it is published all the same."""
    return _("This unit has no such income or expenditure, so this table is empty.")


def _columns_of(rows: Sequence[Row], first: int, last: int | None = None) -> list[Decimal]:
    """The sums of money columns, subtotals left out."""
    lines = [row.cells[first:last] for row in rows if row.kind == "line"]
    return [_sum(column) for column in zip(*lines, strict=True)]


def _part(sums: Sums, budgets: Iterable[str]) -> Decimal:
    return _sum(sums.get(budget, ZERO) for budget in budgets)


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, ZERO)


def _money(label: str, **sums: Any) -> Column:
    return Column(label, align="end", kind="money", **sums)


def _unit_column() -> Column:
    return Column(_("budget unit"), code_label=_("unit code"))


def _unit(made: Figures, unit: int) -> Coded:
    found = made.unit_rows[unit]
    return Coded(found.code, found.name)


def _unit_code(made: Figures, unit: int) -> str:
    return made.unit_rows[unit].code
