"""Checks of the money of an application: funding, calculation, codes, procurement, evaluation before the act."""

from collections import defaultdict
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.codes.models import Code
from apps.projects.checks import Check
from apps.projects.facts import ProjectFacts
from apps.projects.models import ProjectOrigin
from apps.projects.selectors.attachments import has_evaluation_report
from imbudget.kit.findings import Finding, Level

TIES = _("Every total is the sum of its lines")
CLASSES = _("Classification of government revenue and expenditure of the year")
ECONOMIC = _("Correspondence of the government and department economic classes")
CALCULATION = _("Project application form (项目申报书): quantity × unit price with its basis")
PROCUREMENT = _("Government Procurement Law: what is procured is budgeted item by item")
EVALUATION = _("中发〔2018〕34号, 内财监规〔2021〕6号: evaluation before the act (事前绩效评估)")


def money_is_there(facts: ProjectFacts) -> Iterator[Finding]:
    """Something is asked for, in years of the term, from a named source."""
    text: str | Promise
    check = "projects.funding"
    if not facts.project.total:
        text = _("The project asks for no money. Enter its funding by year and source.")
        yield Finding(Level.ERROR, check, text, TIES, field="funding")
    for line in facts.funding:
        if line.year not in facts.years:
            text = _("%(year)s lies outside the term of the project.") % {"year": line.year}
            yield Finding(Level.ERROR, check, text, TIES, line.number, "funding.year")
        if not line.amount:
            text = _("The amount is 0.00. Delete the line if it asks for nothing.")
            yield Finding(Level.WARNING, check, text, TIES, line.number, "funding.amount")
    funded = {line.year for line in facts.funding if line.amount}
    for year in facts.years if funded else ():
        if year not in funded:
            text = _("No money is asked for in %(year)s, a year of the term.") % {"year": year}
            yield Finding(Level.WARNING, check, text, TIES, field="funding")


def costs_and_funding_agree(facts: ProjectFacts) -> Iterator[Finding]:
    """What is calculated for a year is what is asked for in it."""
    text: str | Promise
    check = "projects.totals"
    if not facts.costs:
        text = _("The calculation is missing. Enter what the money is spent on.")
        yield Finding(Level.ERROR, check, text, CALCULATION, field="costs")
        return
    sums: dict[int, list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    for line in facts.costs:
        sums[line.year][0] += line.amount
    for grant in facts.funding:
        sums[grant.year][1] += grant.amount
    for year, (spent, given) in sorted(sums.items()):
        if spent != given:
            text = _("%(year)s: the costs make %(costs)s, the funding %(funding)s, a gap of %(gap)s.") % {
                "year": year,
                "costs": f"{spent:,.2f}",
                "funding": f"{given:,.2f}",
                "gap": f"{spent - given:,.2f}",
            }
            yield Finding(Level.ERROR, check, text, TIES, field="costs")


def codes_are_leaves(facts: ProjectFacts) -> Iterator[Finding]:
    """Only the last level of a classification carries amounts, and only in its years."""
    for line in facts.funding:
        yield from _code(facts, line, "funding.fund", line.fund)
    for cost in facts.costs:
        yield from _code(facts, cost, "costs.function", cost.function)
        yield from _code(facts, cost, "costs.department_economic", cost.department_economic)


def _code(facts: ProjectFacts, line: Any, field: str, code: Code | None) -> Iterator[Finding]:
    """The classification of the year of set-up is written in all years, for those of later years do not exist yet."""
    text: str | Promise
    if code is None:
        column = line._meta.get_field(field.rpartition(".")[2]).verbose_name
        text = _("%(field)s is missing.") % {"field": column}
    elif not code.is_leaf:
        text = _("%(code)s is not a code of the last level. Choose one below it.") % {"code": code}
    elif code.year_id != facts.project.setup_year or not code.is_valid_in(line.year):
        text = _("%(code)s is not valid in %(year)s.") % {"code": code, "year": line.year}
    else:
        return
    yield Finding(Level.ERROR, "projects.codes", text, CLASSES, line.number, field)


def economic_fits_nature(facts: ProjectFacts) -> Iterator[Finding]:
    """The department class and the nature of the unit must lead to the government class on the line."""
    text: str | Promise
    for line in facts.costs:
        if line.department_economic is None:
            continue
        expected = facts.derived.get(line.department_economic.pk)
        if expected is None:
            text = _("%(code)s is not used by a unit of this nature (%(nature)s).") % {
                "code": line.department_economic,
                "nature": facts.project.unit.get_nature_display(),
            }
        elif expected != line.government_economic_id:
            text = _("The government economic class does not follow from the nature of the unit. Save the costs again.")
        else:
            continue
        yield Finding(Level.ERROR, "projects.economic", text, ECONOMIC, line.number, "costs.department_economic")


def costs_are_calculated(facts: ProjectFacts) -> Iterator[Finding]:
    """Each cost says what it is for, how it was calculated and by which standard."""
    text: str | Promise
    check = "projects.costs"
    for line in facts.costs:
        if not line.content:
            text = _("The line does not say what the money is for.")
            yield Finding(Level.ERROR, check, text, CALCULATION, line.number, "costs.content")
        if not line.amount:
            text = _("The amount is 0.00. Delete the line if it asks for nothing.")
            yield Finding(Level.WARNING, check, text, CALCULATION, line.number, "costs.price")
        if not line.basis and facts.needs_grounds:
            text = _("The basis of the calculation is missing: a standard, a quotation, a contract.")
            yield Finding(Level.WARNING, check, text, CALCULATION, line.number, "costs.basis")
        if line.year not in facts.years:
            text = _("%(year)s lies outside the term of the project.") % {"year": line.year}
            yield Finding(Level.ERROR, check, text, CALCULATION, line.number, "costs.year")


def procurement_is_itemised(facts: ProjectFacts) -> Iterator[Finding]:
    """What is procured states its quantity, unit of measure and price; project and lines agree on whether there is any."""
    text: str | Promise
    check = "projects.procurement"
    procured = [line for line in facts.costs if line.is_procurement]
    for line in procured:
        for field in ("quantity", "measure", "price"):
            if not getattr(line, field):
                column: Any = line._meta.get_field(field)
                text = _("%(field)s is missing: what is procured is budgeted by quantity and price.") % {
                    "field": column.verbose_name
                }
                yield Finding(Level.ERROR, check, text, PROCUREMENT, line.number, f"costs.{field}")
    if facts.project.is_procurement and not procured:
        text = _("The project is marked as procurement, but none of its costs is.")
        yield Finding(Level.ERROR, check, text, PROCUREMENT, field="costs")
    if procured and not facts.project.is_procurement:
        text = _("Some costs are procurement: mark the project so as well.")
        yield Finding(Level.WARNING, check, text, PROCUREMENT, field="is_procurement")


def evaluation_is_attached(facts: ProjectFacts) -> Iterator[Finding]:
    """A new project from the region's threshold on brings the report of its evaluation before the act.

    One that is called continued without naming what it continues counts as new.
    """
    least, project = facts.setting.evaluation_threshold, facts.project
    is_new = project.origin == ProjectOrigin.NEW or project.continues_id is None
    if not least or project.total < least or not is_new or not facts.needs_grounds:
        return
    if not has_evaluation_report(project):
        text = _("New projects from %(least)s yuan on need the report of their evaluation before the act: attach it.")
        yield Finding(
            Level.ERROR, "projects.evaluation", text % {"least": f"{least:,.2f}"}, EVALUATION, field="attachments"
        )


MONEY_CHECKS: dict[str, Check] = {
    "projects.funding": money_is_there,
    "projects.totals": costs_and_funding_agree,
    "projects.codes": codes_are_leaves,
    "projects.economic": economic_fits_nature,
    "projects.costs": costs_are_calculated,
    "projects.procurement": procurement_is_itemised,
    "projects.evaluation": evaluation_is_attached,
}
