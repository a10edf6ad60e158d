"""Which rule decides about each check of target tables in a region and year."""

from decimal import Decimal

from django.db.models import Q

from apps.performance.goalchecklist import ITEMS
from apps.performance.models import GoalRule
from apps.regions.models import Region

Rules = dict[str, GoalRule]


def rules_for(nodes: list[Region], year: int) -> Rules:
    """Check → the rule of the nearest of these regions (uppermost first) that has one, of these the newest. One query."""
    rows = GoalRule.objects.filter(Q(region=None) | Q(region__in=nodes), valid_from__lte=year, valid_to__gte=year)
    places = {node.pk: place for place, node in enumerate(nodes)}
    ordered = sorted(rows, key=lambda row: (places.get(row.region_id, -1), row.valid_from))  # type: ignore[call-overload]
    return {row.code: row for row in ordered}


def parameter(rules: Rules, code: str, name: str) -> str:
    """A parameter as the rule sets it, else as the check has it."""
    rule = rules.get(code)
    return str((rule.parameters if rule else {}).get(name, ITEMS[code].parameters[name]))


def number(rules: Rules, code: str, name: str) -> Decimal:
    return Decimal(parameter(rules, code, name))


def words(rules: Rules, code: str) -> list[str]:
    """The words that a rule lists, with blanks between."""
    return parameter(rules, code, "words").replace("\u3000", " ").split(" ") if parameter(rules, code, "words") else []
