"""Checks of what stands behind project lines: the goals of a project, what it procures, and the assets it buys."""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.budget.checks import Check, Finding, Level, SheetFacts, Uncovered
from apps.budget.models import AssetStandard, ExpenditureKind
from apps.budget.selectors.assets import people_in_post
from apps.codes.models import Catalog, Code
from apps.projects.models import GROUP_OF, CostLine, GoalGroup, GoalIndicator, ProjectKind

GOALS = "budget.goals_are_there"
LISTED = "budget.procurement_is_listed"
WITHIN_STANDARD = "budget.assets_within_standard"
BASIS_GOALS = _("Standard of integrated budget management: projects state their performance goals")
BASIS_LISTED = _("Government Procurement Law, article 33: what is procured stands in the budget by item and amount")
BASIS_ASSETS = _("Standards of asset allocation: what is above them is not budgeted")
WITH_GOALS = frozenset({ProjectKind.OPERATION, ProjectKind.TARGET})
ASSETS = "310"  # economic classes of what is bought to last
# 货物, 工程 and 服务 are the uppermost classes of the catalogue; each has its limit of scattered procurement.
LIMITS = {"A": "goods", "B": "works", "C": "services"}


def no_project_known(facts: SheetFacts) -> str | Promise:
    """Why goals cannot be looked at: project lines that name no project of the library."""
    asks = any(line.kind == ExpenditureKind.PROJECT for line in facts.lines)
    return (
        _("No line of project expenditure names a project of the library.") if asks and not facts.own_projects else ""
    )


def goals_are_there(facts: SheetFacts) -> Iterator[Finding]:
    """Each project of 其他运转类 and 特定目标类 states as many indicators of each group as the rule asks for."""
    asked = [project for project in facts.own_projects if project.kind in WITH_GOALS]
    if not asked:
        return
    held: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    goals = GoalIndicator.objects.filter(project__in=asked).order_by()
    for owner, kind in goals.values_list("project_id", "kind"):
        if kind:
            held[owner][GROUP_OF[kind]] += 1
    needed = {group: facts.number(GOALS, group) for group in GoalGroup}
    for project in asked:
        missing = [str(group.label) for group, least in needed.items() if held[project.pk][group] < least]
        if missing:
            text = _("%(project)s lacks performance goals: %(missing)s.")
            values = {"project": project, "missing": "、".join(missing)}
            yield Finding(Level.WARNING, GOALS, text % values, BASIS_GOALS, facts.first_line(project))


def no_catalogue(facts: SheetFacts) -> str | Promise:
    """Why procurement cannot be looked at: no catalogue, or no calculation behind the project lines."""
    year = facts.sheet.year_id
    if not Code.objects.filter(catalog=Catalog.PROCUREMENT, year=year).exists():
        return _("The procurement catalogue of %(year)s is not loaded.") % {"year": year}
    asks = any(line.kind == ExpenditureKind.PROJECT for line in facts.lines)
    return _("No line leads to the calculation of a project in this year.") if asks and not facts.costs else ""


def procurement_is_listed(facts: SheetFacts) -> Iterator[Finding]:
    """What is procured names an item of the year's catalogue, its quantity, unit of measure and price."""
    named = {cost.procurement_item.code for cost in facts.costs if cost.procurement_item}
    codes = Code.objects.filter(catalog=Catalog.PROCUREMENT, year=facts.sheet.year_id, code__in=named, is_leaf=True)
    known = {code.code for code in codes if code.is_valid_in(facts.sheet.year_id)} if named else set()
    for cost in facts.costs:
        for text in _of_cost(facts, cost, known):
            said = _("%(project)s, %(content)s: %(text)s") % {
                "project": cost.project,
                "content": cost.content,
                "text": text,
            }
            yield Finding(Level.WARNING, LISTED, said, BASIS_LISTED, facts.first_line(cost.project))


def _of_cost(facts: SheetFacts, cost: CostLine, known: set[str]) -> Iterator[str]:
    item = cost.procurement_item
    if not cost.is_procurement:
        if item and item.code in known and cost.amount >= _limit(facts, item):
            text = _("%(amount)s yuan reach the limit of %(limit)s yuan: it is procurement.")
            yield text % {"amount": f"{cost.amount:,.2f}", "limit": f"{_limit(facts, item):,.2f}"}
        return
    if item is None:
        yield str(_("the item of the procurement catalogue is missing."))
    elif item.code not in known:
        text = _("%(item)s is no item of the last level in the catalogue of %(year)s.")
        yield text % {"item": item, "year": facts.sheet.year_id}
    if not (cost.quantity and cost.price and cost.measure):
        yield str(_("quantity, unit of measure or unit price is missing."))


def _limit(facts: SheetFacts, item: Code) -> Decimal:
    """From what amount on something of this kind is procured; what is of no kind, always."""
    name = LIMITS.get(item.code[:1])
    return facts.number(LISTED, name) if name else Decimal(0)


def no_standard(facts: SheetFacts) -> str | Promise:
    """Why assets cannot be looked at: no standard, or purchases that name no item that has one."""
    if not facts.assets.rows:
        return _("No asset standard holds for the unit.")
    if _bought(facts) or not any(_is_asset(line.department_economic) for line in facts.lines):
        return ""
    return _("What is bought names no item of the catalogue that has a standard.")


def _is_asset(economic: Code | None) -> bool:
    return economic is not None and economic.code.startswith(ASSETS)


def _bought(facts: SheetFacts) -> dict[AssetStandard, list[CostLine]]:
    """Standard → the costs of the year that it decides about."""
    found: dict[AssetStandard, list[CostLine]] = defaultdict(list)
    for cost in facts.costs:
        standard = facts.assets.of(cost.procurement_item.code) if cost.procurement_item else None
        if standard is not None:
            found[standard].append(cost)
    return found


def assets_within_standard(facts: SheetFacts) -> Iterator[Finding]:
    """No piece dearer and no more pieces than the standard gives the people in post."""
    bought = _bought(facts)
    people = people_in_post(facts.sheet.unit, facts.sheet.year_id) if bought else None
    for standard, costs in bought.items():
        for cost in costs:
            if standard.price is not None and cost.price > standard.price:
                text = _("%(project)s, %(content)s: %(price)s yuan a piece, the standard is %(limit)s.")
                values = {"project": cost.project, "content": cost.content}
                values |= {"price": f"{cost.price:,.2f}", "limit": f"{standard.price:,.2f}"}
                yield Finding(
                    Level.WARNING, WITHIN_STANDARD, text % values, BASIS_ASSETS, facts.first_line(cost.project)
                )
        if standard.per_person is not None:
            yield from _pieces(facts, standard, costs, people)


def _pieces(facts: SheetFacts, standard: AssetStandard, costs: list[CostLine], people: int | None) -> Iterator[Finding]:
    """The number bought in the year alone: what the unit has already is not kept here."""
    line, quantity = facts.first_line(costs[0].project), sum((cost.quantity for cost in costs), Decimal(0))
    values = {"name": standard.name, "quantity": f"{quantity.normalize():f}"}
    if people is None:
        text = _("%(name)s: head counts are not stated, so the number was not compared.")
        yield Finding(Level.NOTE, WITHIN_STANDARD, text % values, BASIS_ASSETS, line)
    elif standard.per_person is not None and quantity > people * standard.per_person:
        text = _("%(name)s: %(quantity)s pieces for %(people)s people in post, the standard gives %(limit)s.")
        values |= {"people": str(people), "limit": f"{(people * standard.per_person).normalize():f}"}
        yield Finding(Level.WARNING, WITHIN_STANDARD, text % values, BASIS_ASSETS, line)


CALCULATION_CHECKS: dict[str, Check] = {
    GOALS: goals_are_there,
    LISTED: procurement_is_listed,
    WITHIN_STANDARD: assets_within_standard,
}
CALCULATION_UNCOVERED: dict[str, Uncovered] = {
    GOALS: no_project_known,
    LISTED: no_catalogue,
    WITHIN_STANDARD: no_standard,
}
