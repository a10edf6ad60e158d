"""What waits for people about performance, for the daily digest."""

from collections import defaultdict
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import Post
from apps.performance.models import Evaluation, MonitoringForm, Rectification
from apps.performance.models.mending import TO_ANSWER
from apps.performance.selectors.people import OF_UNIT
from imbudget.kit.registry import Line


def what_waits(user_ids: list[int]) -> dict[int, list[Line]]:
    """Lines for each unit post with forms, evaluations or rectifications to do. Four queries."""
    posts = Post.objects.on(timezone.localdate()).filter(user__in=user_ids, role__in=OF_UNIT)
    pairs = set(posts.values_list("user_id", "unit_id"))
    by_unit = _of_units({unit for _user, unit in pairs if unit}) if pairs else {}
    found = {user: by_unit[unit] for user, unit in sorted(pairs) if unit in by_unit}
    return {user: lines for user, lines in found.items() if lines}


def _of_units(units: set[int]) -> dict[int, list[Line]]:
    lines: dict[int, list[Line]] = defaultdict(list)
    forms, mend = MonitoringForm.objects.filter(unit__in=units).missing(), Rectification.objects.filter(unit__in=units)
    evaluations = Evaluation.objects.filter(unit__in=units, kind="self").missing()
    sources: list[tuple[str, Any, str]] = [
        ("performance.forms_wait", forms, f"{reverse('performance:forms')}?state=open"),
        ("performance.evaluations_wait", evaluations, f"{reverse('performance:evaluations')}?state=draft"),
        (
            "performance.mend_wait",
            mend.filter(state__in=TO_ANSWER),
            f"{reverse('performance:rectifications')}?state=open",
        ),
    ]
    for kind, rows, url in sources:
        late = Count("pk", filter=Q(due__lt=timezone.localdate()))
        for unit, count, behind in rows.order_by().values_list("unit").annotate(count=Count("pk"), late=late):
            lines[unit].append(Line(kind, {"count": str(count), "late": str(behind)}, url))
    return lines
