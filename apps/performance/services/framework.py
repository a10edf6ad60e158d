"""The framework's items as the administration keeps them; with the schedules of categories as the shipped files bring them."""

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from apps.evidence import services as evidence
from apps.performance import goalpolicies, policies
from apps.performance.models import EvaluationLine, FrameworkItem, FrameworkPoint
from apps.performance.selectors.framework import siblings_of, sums_of
from apps.performance.services.schedules import FIRST_YEAR, has_schedule, put_schedule
from apps.projects.models import ProjectCategory
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.changes import differences, would_change
from imbudget.kit.errors import RuleViolation, require

SHIPPED: dict[str, Any] = {"region": None, "valid_from": FIRST_YEAR}
# What may still be said of an item that evaluations were made by.
OPEN_TO_CHANGE = frozenset({"valid_to", "is_current", "is_verified", "source", "number", "second_mvf", "name_mvf"})
HUNDRED = Decimal(100)


@act
def load_framework(
    actor: Actor,
    items: Sequence[Mapping[str, str]],
    points: Sequence[Mapping[str, str]],
    kept: Collection[int] = frozenset(),
) -> list[str]:
    """Make the shipped items exactly these, by their codes; an item that was ticked keeps its key.

    Items in `kept` stay as they are with their points; returns the codes of those that differ from the file.
    """
    require(policies.may_configure(actor, None))
    known = {row.code: row for row in FrameworkItem.objects.filter(**SHIPPED)}
    ours = {code for code, row in known.items() if row.pk in kept}
    apart = set()
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
        if row["code"] not in ours:
            FrameworkItem.objects.update_or_create(**SHIPPED, code=row["code"], defaults=values)
        elif would_change(known[row["code"]], values):
            apart.add(row["code"])
    keys = dict(FrameworkItem.objects.filter(**SHIPPED).values_list("code", "pk"))
    for row in points:
        if row["item"] in ours:
            apart |= set() if _has_point(keys[row["item"]], row) else {row["item"]}
            continue
        words = {"text_zh_hans": row["text_zh"], "text_mvf": row["text_mn"] or None}
        FrameworkPoint.objects.update_or_create(item_id=keys[row["item"]], number=int(row["number"]), defaults=words)
    evidence.append("performance.framework_loaded", None, actor, items=len(items), points=len(points))
    return sorted(apart)


def _has_point(item: int, row: Mapping[str, str]) -> bool:
    return FrameworkPoint.objects.filter(item=item, number=row["number"], text_zh_hans=row["text_zh"]).exists()


@act
def save_item(actor: Actor, item: FrameworkItem, ticks: Sequence[tuple[str, str]]) -> dict[str, Decimal]:
    """Keep an item that the administration's form has filled, with its points to tick (Chinese, Mongolian) in their order.

    Returns what the items of each part come to with it. RuleViolation where a part would come to nothing or above 100, where
    nothing is left to tick, or where an item that evaluations were made by would mean something else than it did.
    """
    require(goalpolicies.may_load(actor))
    changes = differences(item)
    if not item.formula and not ticks:
        raise RuleViolation(_("Say what is looked at, one point a line: without it nobody could tick the item."))
    if item.formula and ticks:
        raise RuleViolation(_("An item that a formula scores has no points to tick."))
    _refuse_other_meaning(item, changes, ticks)
    item.full_clean()
    sums = sums_of(siblings_of(item))
    _refuse_sums(item, sums)
    item.save()
    told = _put_ticks(item, ticks)
    evidence.append("performance.framework_saved", item, actor, code=item.code, changes=changes | told)
    return sums


def _refuse_sums(item: FrameworkItem, sums: Mapping[str, Decimal]) -> None:
    if sum(sums.values()) > HUNDRED:
        text = _("The items would come to %(points)s points: more than 100. Lower others first.")
        raise RuleViolation(text % {"points": sum(sums.values())})
    if sums[item.part] == 0:
        raise RuleViolation(_("The items of this part would come to 0 points: give one that stays its points first."))


def _refuse_other_meaning(item: FrameworkItem, changes: Mapping[str, Any], ticks: Sequence[tuple[str, str]]) -> None:
    if item.pk is None or not EvaluationLine.objects.filter(item=item.pk).exists():
        return
    known = item.ticks.order_by("number").values_list("text_zh_hans", flat=True)
    if set(changes) - OPEN_TO_CHANGE or [zh for zh, _mn in ticks] != list(known):
        raise RuleViolation(
            _(
                "Evaluations were made by this item: let it end with a year, and add one of the same code that begins with the"
                " next."
            )
        )


def _put_ticks(item: FrameworkItem, ticks: Sequence[tuple[str, str]]) -> dict[str, Any]:
    """Make the points exactly these; what has changed, for the record."""
    before = list(item.ticks.order_by("number").values_list("text_zh_hans", "text_mvf"))
    now = [(zh, mn or None) for zh, mn in ticks]
    if before == now:
        return {}
    for number, (zh, mn) in enumerate(now, 1):
        words = {"text_zh_hans": zh, "text_mvf": mn}
        FrameworkPoint.objects.update_or_create(item=item, number=number, defaults=words)
    item.ticks.filter(number__gt=len(now)).delete()
    return {"ticks": [[zh for zh, _mn in before], [zh for zh, _mn in now]]}


@act
def load_schedules(
    actor: Actor, rows: Sequence[Mapping[str, str]], kept: Collection[tuple[int, int]] = frozenset()
) -> list[str]:
    """Schedules of categories; those of categories that are not here are left out.

    Those of category and first year in `kept` stay as they are, or away; returns the categories whose differ from the file.
    """
    require(policies.may_configure(actor, None))
    categories = {row.code: row for row in ProjectCategory.objects.all()}
    known = [row for row in rows if row["category"] in categories]
    apart = []
    for row in known:
        of = categories[row["category"]]
        shares = [float(one) for one in row["shares"].split()]
        if (of.pk, FIRST_YEAR) not in kept:
            put_schedule(of, shares, row["source"])
        elif not has_schedule(of, shares, row["source"]):
            apart.append(row["category"])
    evidence.append("performance.schedules_loaded", None, actor, count=len(known) - len(apart))
    return apart
