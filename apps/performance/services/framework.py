"""The framework's items and the schedules of categories as the shipped files bring them."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from apps.evidence import services as evidence
from apps.performance import policies
from apps.performance.models import FrameworkItem, FrameworkPoint
from apps.performance.services.schedules import put_schedule
from apps.projects.models import ProjectCategory
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.errors import require


@act
def load_framework(actor: Actor, items: Sequence[Mapping[str, str]], points: Sequence[Mapping[str, str]]) -> int:
    """Make the shipped items exactly these, by their codes; an item that was ticked keeps its key. Returns how many."""
    require(policies.may_configure(actor, None))
    for number, row in enumerate(items, 1):
        values = {
            "part": row["part"],
            "second_zh_hans": row["second_zh"],
            "second_mvf": row["second_mn"] or None,
            "name_zh_hans": row["name_zh"],
            "name_mvf": row["name_mn"] or None,
            "points": Decimal(row["points"]),
            "formula": row["formula"],
            "number": number,
            "source": row["source"],
        }
        FrameworkItem.objects.update_or_create(code=row["code"], defaults=values)
    keys = dict(FrameworkItem.objects.values_list("code", "pk"))
    for row in points:
        words = {"text_zh_hans": row["text_zh"], "text_mvf": row["text_mn"] or None}
        FrameworkPoint.objects.update_or_create(item_id=keys[row["item"]], number=int(row["number"]), defaults=words)
    evidence.append("performance.framework_loaded", None, actor, items=len(items), points=len(points))
    return len(items)


@act
def load_schedules(actor: Actor, rows: Sequence[Mapping[str, str]]) -> int:
    """Schedules of categories; those of categories that are not here are left out. Returns how many were kept."""
    require(policies.may_configure(actor, None))
    categories = {row.code: row for row in ProjectCategory.objects.all()}
    kept = [row for row in rows if row["category"] in categories]
    for row in kept:
        put_schedule(categories[row["category"]], [float(one) for one in row["shares"].split()], row["source"])
    evidence.append("performance.schedules_loaded", None, actor, count=len(kept))
    return len(kept)
