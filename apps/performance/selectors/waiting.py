"""What waits for people about performance: for the daily digest and the home page."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import Post
from apps.performance.models import Evaluation, MonitoringForm, Rectification
from apps.performance.models.mending import TO_ANSWER
from apps.performance.selectors.people import OF_UNIT
from imbudget.kit.registry import Line

FORMS, EVALUATIONS, MENDING = "forms", "evaluations", "mending"
KINDS = {
    FORMS: "performance.forms_wait",
    EVALUATIONS: "performance.evaluations_wait",
    MENDING: "performance.mend_wait",
}


def what_waits(user_ids: list[int]) -> dict[int, list[Line]]:
    """Lines for each unit post with forms, evaluations or rectifications to do. Four queries."""
    posts = Post.objects.on(timezone.localdate()).filter(user__in=user_ids, role__in=OF_UNIT)
    pairs = set(posts.values_list("user_id", "unit_id"))
    by_unit = _of_units({unit for _user, unit in pairs if unit}) if pairs else {}
    found = {user: by_unit[unit] for user, unit in sorted(pairs) if unit in by_unit}
    return {user: lines for user, lines in found.items() if lines}


def to_do(narrow: Callable[[Any], Any]) -> dict[str, tuple[QuerySet, str]]:
    """What units have to do among the rows that `narrow` leaves: each kind with the list page that shows the same rows."""
    forms, evaluations = narrow(MonitoringForm.objects.all()), narrow(Evaluation.objects.filter(kind="self"))
    mend = narrow(Rectification.objects.filter(state__in=TO_ANSWER))
    return {
        FORMS: (forms.missing(), f"{reverse('performance:forms')}?state=missing"),
        EVALUATIONS: (evaluations.missing(), f"{reverse('performance:evaluations')}?state=missing"),
        MENDING: (mend, f"{reverse('performance:rectifications')}?state=unsettled"),
    }


def _of_units(units: set[int]) -> dict[int, list[Line]]:
    lines: dict[int, list[Line]] = defaultdict(list)
    late = Count("pk", filter=Q(due__lt=timezone.localdate()))
    for name, (rows, url) in to_do(lambda rows: rows.filter(unit__in=units)).items():
        for unit, count, behind in rows.order_by().values_list("unit").annotate(count=Count("pk"), late=late):
            lines[unit].append(Line(KINDS[name], {"count": str(count), "late": str(behind)}, url))
    return lines
