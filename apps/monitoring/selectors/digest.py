"""What waits for people about alarms, for the daily digest and the home page."""

from collections import defaultdict
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import Post
from apps.monitoring.models import Alarm, AlarmState, Level
from imbudget.kit.actor import Actor
from imbudget.kit.registry import Line

JUDGES = ("treasury_clerk", "treasury_officer")
ANSWERERS = ("unit_head", "unit_clerk")
TO_ANSWER = (AlarmState.ISSUED, AlarmState.RETURNED)


def what_waits(user_ids: list[int]) -> dict[int, list[Line]]:
    """A line for each judge whose region has alarms to judge, and for each unit post with some to answer. Three queries."""
    lines: dict[int, list[Line]] = defaultdict(list)
    posts = list(
        Post.objects.on(timezone.localdate())
        .filter(user__in=user_ids, role__in=(*JUDGES, *ANSWERERS))
        .values_list("user_id", "role", "region_id", "unit_id")
    )
    regions = {region for _user, role, region, _unit in posts if role in JUDGES}
    units = {unit for _user, role, _region, unit in posts if role in ANSWERERS}
    judged, answered = _to_judge(regions), _to_answer(units)
    for user_id, role, region_id, unit_id in dict.fromkeys(posts):
        line = judged.get(region_id) if role in JUDGES else answered.get(unit_id)
        if line is not None and line not in lines[user_id]:
            lines[user_id].append(line)
    return {user_id: found for user_id, found in lines.items() if found}


def _to_judge(regions: set[int | None]) -> dict[int, Line]:
    rows = (
        Alarm.objects.filter(region__in=regions, state__in=(AlarmState.SUSPECTED, AlarmState.ANSWERED))
        .order_by()
        .values_list("region_id")
        .annotate(
            count=Count("pk", filter=Q(state=AlarmState.SUSPECTED)),
            red=Count("pk", filter=Q(state=AlarmState.SUSPECTED, level=Level.RED)),
            answers=Count("pk", filter=Q(state=AlarmState.ANSWERED)),
        )
    )
    url = reverse("monitoring:alarms")
    return {
        region_id: Line(
            "monitoring.to_judge",
            {"count": str(count), "red": str(red), "answers": str(answers)},
            f"{url}?state=suspected",
        )
        for region_id, count, red, answers in rows
    }


def _to_answer(units: set[int | None]) -> dict[int, Line]:
    today = timezone.localdate()
    rows = (
        Alarm.objects.filter(unit__in=units, state__in=TO_ANSWER)
        .order_by()
        .values_list("unit_id")
        .annotate(count=Count("pk"), late=Count("pk", filter=Q(due__lt=today)))
    )
    url = reverse("monitoring:alarms")
    return {
        unit_id: Line("monitoring.to_answer", {"count": str(count), "late": str(late)}, f"{url}?state=with_unit")
        for unit_id, count, late in rows
    }


def by_level(actor: Actor) -> dict[str, Any]:
    """Open alarms of the actor's scope by level, what waits to be judged, answered and examined. One query."""
    rows = Alarm.objects.visible_to(actor).open().order_by().values("level", "state").annotate(count=Count("pk"))
    levels: dict[str, int] = defaultdict(int)
    states: dict[str, int] = defaultdict(int)
    for row in rows:
        levels[row["level"]] += row["count"]
        states[row["state"]] += row["count"]
    return {
        "levels": [{"level": level, "label": level.label, "count": levels[level]} for level in Level],
        "states": dict(states),
        "to_judge": states[AlarmState.SUSPECTED],
        "to_answer": states[AlarmState.ISSUED] + states[AlarmState.RETURNED],
        "to_examine": states[AlarmState.ANSWERED],
        "open": sum(levels.values()),
    }
