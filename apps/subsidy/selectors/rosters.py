"""What pages show of a roster: what the checks found, where its money is, who signs what."""

from typing import Any

from django.db.models import Count, Sum

from apps.subsidy.models import FindingRule, Outcome, Roster, RosterFinding

SHOWN = 20


def findings_of(roster: Roster) -> list[dict[str, Any]]:
    """How often each rule found something, what stops first."""
    rows = (
        RosterFinding.objects.filter(line__roster=roster)
        .values("rule", "level")
        .annotate(count=Count("pk"))
        .order_by("level", "-count", "rule")
    )
    labels = dict(FindingRule.choices)
    return [{**row, "label": labels[row["rule"]]} for row in rows]


def money_of(roster: Roster) -> dict[str, dict[str, Any]]:
    """Outcome → households and yuan; every line is in exactly one."""
    found = {
        row["outcome"]: row
        for row in roster.lines.values("outcome").annotate(count=Count("pk"), total=Sum("amount")).order_by()
    }
    return {
        str(value): {"label": label, "count": 0, "total": 0} | found.get(value, {}) for value, label in Outcome.choices
    }


def to_sign(roster: Roster) -> dict[str, Any]:
    """What whoever signs reads beside the signature."""
    return {
        "signed": roster,
        "found": findings_of(roster),
        "lines": list(roster.lines.select_related("gacha").order_by("-amount", "number")[:SHOWN]),
    }
