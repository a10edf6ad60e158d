"""Checks on a sheet before it is handed in: each finding has its level, message, basis and line.

A check is a function over the facts of a sheet; other apps add theirs to `kit.registry.checks` at start-up.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from apps.budget.checklist import CHECKLIST
from apps.budget.models import BudgetLine, BudgetSheet, CheckRule, RuleLevel
from apps.budget.selectors.assets import Standards, asset_standards
from apps.budget.selectors.basic import Basic, basic_expenditure
from apps.budget.selectors.lastyear import LastYear, last_year_of
from apps.budget.selectors.rules import Rules, number, rules_for
from apps.budget.selectors.settings import setting_of
from apps.codes.models import Code
from apps.codes.selectors import derive_government_economic
from apps.projects.models import CostLine, Project
from imbudget.kit import registry
from imbudget.kit.findings import CheckResult, Finding, Level, blocking, findings_of
from imbudget.kit.money import rounded

SWITCHED_OFF = _("The finance office has switched this check off.")
Check = Callable[["SheetFacts"], Iterator[Finding]]
Uncovered = Callable[["SheetFacts"], str | Promise]


@dataclass(frozen=True)
class SheetFacts:
    """What checks look at: the sheet, its lines with their codes and projects, the derivation of its unit's nature, the rules."""

    sheet: BudgetSheet
    lines: list[BudgetLine]
    derived: dict[int, int]
    projects: dict[str, Project] = field(default_factory=dict)
    rules: Rules = field(default_factory=dict)

    def each_code(self) -> Iterator[tuple[BudgetLine, Code]]:
        for line in self.lines:
            yield line, line.function
            if line.department_economic is not None:
                yield line, line.department_economic
            yield line, line.fund

    def number(self, check: str, name: str) -> Decimal:
        """A parameter of a check as the rules in force have it."""
        return number(self.rules, check, name)

    @cached_property
    def own_projects(self) -> list[Project]:
        """The unit's projects of the library that its lines name."""
        return [project for _code, project in sorted(self.projects.items()) if project.unit_id == self.sheet.unit_id]

    @cached_property
    def costs(self) -> list[CostLine]:
        """What these projects are calculated to cost in the year of the sheet."""
        lines = CostLine.objects.filter(project__in=self.own_projects, year=self.sheet.year_id)
        return list(lines.select_related("project", "procurement_item").order_by("project__code", "number"))

    @cached_property
    def assets(self) -> Standards:
        """The standards of assets that hold for the unit."""
        self.sheet.unit.region = self.sheet.region  # the same row: it need not be read again
        return asset_standards(self.sheet.unit, self.sheet.year_id)

    def first_line(self, project: Project) -> int | None:
        """The number of the first line that is for the project."""
        return next((line.number for line in self.lines if line.project_code == project.code), None)

    @cached_property
    def last_year(self) -> LastYear:
        """What was accepted for the unit the year before."""
        return last_year_of(self.sheet)

    @cached_property
    def basic(self) -> Basic:
        """Basic expenditure by head counts and standards."""
        self.sheet.unit.region = self.sheet.region  # the same row: it need not be read again
        return basic_expenditure(self.sheet.unit, self.sheet.year_id)


# What checks ask of a project; its texts and its telephone are not for them.
OF_PROJECT = ("code", "name", "kind", "unit_id", "state", "origin", "start_year", "end_year", "total", "reviewed")

__all__ = ["CheckResult", "Finding", "Level", "SheetFacts", "blocking", "check_sheet", "findings_of", "run_checks"]


def facts_of(sheets: Sequence[BudgetSheet]) -> Iterator[SheetFacts]:
    """The facts of some sheets of one year; what they have in common is read once."""
    related = ("function", "department_economic", "government_economic", "fund")
    lines: dict[int, list[BudgetLine]] = defaultdict(list)
    for line in BudgetLine.objects.filter(sheet__in=sheets).select_related(*related).order_by("sheet_id", "number"):
        lines[line.sheet_id].append(line)
    coded = {line.project_code for rows in lines.values() for line in rows if line.project_code}
    known = (
        {project.code: project for project in Project.objects.filter(code__in=coded).only(*OF_PROJECT)} if coded else {}
    )
    derived: dict[tuple[int, str], dict[int, int]] = {}
    rules: dict[tuple[int, int], Rules] = {}
    for sheet in sheets:
        nature, place = (sheet.year_id, sheet.unit.nature), (sheet.region_id, sheet.year_id)
        if nature not in derived:
            derived[nature] = derive_government_economic(*nature)
        if place not in rules:
            rules[place] = rules_for(sheet.region, sheet.year_id)
        own = lines[sheet.pk]
        projects = {line.project_code: known[line.project_code] for line in own if line.project_code in known}
        yield SheetFacts(sheet, own, derived[nature], projects, rules[place])


def run_checks(sheet: BudgetSheet) -> list[CheckResult]:
    """Run every registered check, in the order of registration."""
    (facts,) = facts_of([sheet])
    return [run_check(name, check, facts) for name, check in registry.checks.items()]


def run_check(name: str, check: Check, facts: SheetFacts) -> CheckResult:
    """What one check says by the rule in force: switched off, or held against what it cannot look at."""
    rule, label = facts.rules.get(name), LABELS.get(name, name)
    if rule is not None and rule.level == RuleLevel.OFF:
        return CheckResult(name, (), label, SWITCHED_OFF)
    if name in registry.check_gaps and (reason := registry.check_gaps.get(name)(facts)):
        return CheckResult(name, (), label, reason)
    return CheckResult(name, tuple(weighed(finding, rule) for finding in check(facts)), label)


def weighed(finding: Finding, rule: CheckRule | None) -> Finding:
    """The finding with the weight and the words of its rule; a note stays a note."""
    if rule is None:
        return finding
    level = finding.level
    if level != Level.NOTE and rule.level in {RuleLevel.ERROR, RuleLevel.WARNING}:
        level = Level(rule.level)
    text = f"{rule.message} {finding.text}" if rule.message else finding.text
    return replace(finding, level=level, text=text, basis=rule.basis or finding.basis)


def check_sheet(sheet: BudgetSheet) -> list[Finding]:
    """What every registered check finds; errors first, then by line."""
    return findings_of(run_checks(sheet))


def has_lines(facts: SheetFacts) -> Iterator[Finding]:
    """An empty sheet says nothing."""
    if not facts.lines:
        yield Finding(
            Level.ERROR,
            "budget.has_lines",
            _("The sheet has no line. Enter the lines, or import the workbook."),
            _("Budget Law, article 4: all expenditure goes into the budget."),
        )


def codes_are_leaves(facts: SheetFacts) -> Iterator[Finding]:
    """Only the last level of a classification carries amounts, and only in its year."""
    for line, code in facts.each_code():
        if not code.is_leaf:
            yield Finding(
                Level.ERROR,
                "budget.codes_are_leaves",
                _("%(code)s is not a code of the last level. Choose one below it.") % {"code": code},
                _("Classification of government revenue and expenditure of the year"),
                line.number,
            )
        if code.year_id != facts.sheet.year_id or not code.is_valid_in(facts.sheet.year_id):
            yield Finding(
                Level.ERROR,
                "budget.codes_are_leaves",
                _("%(code)s is not valid in %(year)s.") % {"code": code, "year": facts.sheet.year_id},
                _("Classification of government revenue and expenditure of the year"),
                line.number,
            )


def economic_fits_nature(facts: SheetFacts) -> Iterator[Finding]:
    """The department class and the nature of the unit must lead to the government class on the line."""
    for line in facts.lines:
        if line.department_economic_id is None:
            continue
        expected = facts.derived.get(line.department_economic_id)
        text: str | Promise
        if expected is None:
            text = _("%(code)s is not used by a unit of this nature (%(nature)s).") % {
                "code": line.department_economic,
                "nature": facts.sheet.unit.get_nature_display(),
            }
        elif line.government_economic_id != expected:
            text = _("The government economic class does not follow from the nature of the unit. Save the sheet again.")
        else:
            continue
        yield Finding(
            Level.ERROR,
            "budget.economic_fits_nature",
            text,
            _("Correspondence of the government and department economic classes"),
            line.number,
        )


def economic_is_there(facts: SheetFacts) -> Iterator[Finding]:
    """A line states its economic class, unless the region takes lines by function only."""
    without = [line for line in facts.lines if line.department_economic_id is None]
    if without and not setting_of(facts.sheet.region_id).function_level_lines:
        for line in without:
            yield Finding(
                Level.ERROR,
                "budget.economic_is_there",
                _("The department economic class is missing."),
                _("Budget Law, article 32: budgets are compiled by function and by economic class."),
                line.number,
            )


def totals_tie(facts: SheetFacts) -> Iterator[Finding]:
    """The total that the unit states must be the sum of its lines."""
    declared = facts.sheet.declared_total
    total = sum((line.amount for line in facts.lines), Decimal(0))
    if declared is not None and declared != total:
        yield Finding(
            Level.ERROR,
            "budget.totals_tie",
            _("The declared total %(declared)s differs from the sum of the lines %(total)s by %(gap)s.")
            % {"declared": f"{declared:,.2f}", "total": f"{total:,.2f}", "gap": f"{declared - total:,.2f}"},
            _("Every total is the sum of its lines"),
        )


def amounts_are_there(facts: SheetFacts) -> Iterator[Finding]:
    """A line without money is probably a slip."""
    for line in facts.lines:
        if line.amount == 0:
            yield Finding(
                Level.WARNING,
                "budget.amounts_are_there",
                _("The amount is 0.00. Delete the line if it asks for nothing."),
                _("Every line asks for an amount"),
                line.number,
            )


def amounts_are_money(facts: SheetFacts) -> Iterator[Finding]:
    """Yuan with two decimals, not below zero. The database holds it too; a figure of last year may slip through."""
    for line in facts.lines:
        if line.amount < 0 or line.amount != rounded(line.amount):
            yield Finding(
                Level.ERROR,
                "budget.amounts_are_money",
                _("The amount must not be below zero and has two decimals at most."),
                _("Amounts are stated in yuan with two decimals"),
                line.number,
            )
        elif line.prior_approved is not None and line.prior_approved < 0:
            yield Finding(
                Level.WARNING,
                "budget.amounts_are_money",
                _("The amount approved last year is below zero."),
                _("Amounts are stated in yuan with two decimals"),
                line.number,
            )


def lines_are_not_doubled(facts: SheetFacts) -> Iterator[Finding]:
    """Two lines with the same codes and project are one line written twice."""
    keys = Counter(_line_key(line) for line in facts.lines)
    seen: set[tuple[object, ...]] = set()
    for line in facts.lines:
        key = _line_key(line)
        if keys[key] > 1 and key in seen:
            yield Finding(
                Level.WARNING,
                "budget.lines_are_not_doubled",
                _("Another line has the same codes and the same project. Join them if they are one."),
                _("One line a purpose"),
                line.number,
            )
        seen.add(key)


def _line_key(line: BudgetLine) -> tuple[object, ...]:
    return (
        line.function_id,
        line.department_economic_id,
        line.fund_id,
        line.kind,
        line.project_code,
        line.project_name,
    )


OWN_CHECKS: dict[str, Check] = {
    "budget.has_lines": has_lines,
    "budget.codes_are_leaves": codes_are_leaves,
    "budget.economic_is_there": economic_is_there,
    "budget.economic_fits_nature": economic_fits_nature,
    "budget.totals_tie": totals_tie,
    "budget.amounts_are_money": amounts_are_money,
    "budget.amounts_are_there": amounts_are_there,
    "budget.lines_are_not_doubled": lines_are_not_doubled,
}

LABELS: dict[str, str | Promise] = {item.code: item.label for item in CHECKLIST}
