"""Which scheme of evaluation counts."""

from django.utils.translation import gettext as _

from apps.performance.models import EvaluationKind, Scheme
from apps.regions.models import Region
from imbudget.kit.errors import RuleViolation


def scheme_of(region: Region, year: int, kind: str = EvaluationKind.SELF) -> Scheme:
    """The nearest region's scheme of this kind in the year, its own first. Two queries; RuleViolation where there is none."""
    found = scheme_among(list(region.get_ancestors(include_self=True)), year, kind)
    if found is not None:
        return found
    text = _("There is no scheme for “%(kind)s” in %(year)s. The finance office keeps weights and grades.")
    raise RuleViolation(text % {"kind": EvaluationKind(kind).label, "year": year})


def scheme_among(nodes: list[Region], year: int, kind: str) -> Scheme | None:
    """The scheme of the nearest of these regions (uppermost first) that has one, else that of everywhere. One query."""
    rows = Scheme.objects.filter(kind=kind, valid_from__lte=year, valid_to__gte=year)
    by_node = {row.region_id: row for row in rows.order_by("valid_from")}
    keys = [*(node.pk for node in reversed(nodes)), None]
    return next((by_node[key] for key in keys if key in by_node), None)
