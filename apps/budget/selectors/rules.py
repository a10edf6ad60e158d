"""Which rule decides about each check in a region and year."""

from decimal import Decimal

from django.db.models import Q

from apps.budget.checklist import ITEMS
from apps.budget.models import CheckRule, RuleLevel
from apps.regions.models import Region

Rules = dict[str, CheckRule]


def rules_for(region: Region, year: int) -> Rules:
    """Check → the rule of the nearest region that has one, of these the newest. One query."""
    nodes = region.get_ancestors(include_self=True)
    rows = CheckRule.objects.filter(
        Q(region=None) | Q(region__in=nodes), valid_from__lte=year, valid_to__gte=year
    ).select_related("region")
    ordered = sorted(rows, key=lambda row: (row.region.level if row.region else -1, row.valid_from))
    return {row.code: row for row in ordered}


def parameter(rules: Rules, code: str, name: str) -> str:
    """A parameter as the rule sets it, else as the check has it."""
    rule = rules.get(code)
    return str((rule.parameters if rule else {}).get(name, ITEMS[code].parameters[name]))


def number(rules: Rules, code: str, name: str) -> Decimal:
    return Decimal(parameter(rules, code, name))


def raised() -> set[str]:
    """The checks to which some rule somewhere gives the power to stop a hand-in."""
    return set(CheckRule.objects.filter(level=RuleLevel.ERROR).order_by().values_list("code", flat=True))
