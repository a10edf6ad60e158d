"""Who is told about a project's performance, who has made an evaluation, and who else could sign it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db.models import Q
from django.utils import timezone

from apps.accounts.models import Post
from apps.evidence.models import Entry
from apps.lowcode.models import CaseEvent
from apps.performance.models import Evaluation, ProjectYear

OF_UNIT = ("unit_head", "unit_clerk")
OF_OFFICE = ("banner_officer", "league_officer", "region_officer")
OF_DEPARTMENT = ("department_reviewer",)


def unit_people(unit_ids: Iterable[int], roles: Iterable[str] = OF_UNIT) -> list[int]:
    """Users who hold one of these posts at one of the units today. One query."""
    return _users(Q(role__in=list(roles), unit__in=list(unit_ids)))


def people_by_unit(unit_ids: Iterable[int], roles: Iterable[str] = OF_UNIT) -> dict[int, list[int]]:
    """The same by unit. One query."""
    posts = Post.objects.on(timezone.localdate()).filter(role__in=list(roles), unit__in=list(unit_ids))
    found: dict[int, set[int]] = defaultdict(set)
    for unit, user in posts.filter(user__is_active=True).order_by().values_list("unit_id", "user_id"):
        found[unit].add(user)
    return {unit: sorted(users) for unit, users in found.items()}


def office_people(of: ProjectYear) -> list[int]:
    """Users of the finance office and of the competent department who examine the project. One query."""
    return _users(Q(role__in=OF_OFFICE, region=of.region_id) | Q(role__in=OF_DEPARTMENT, department=of.department_id))


def _users(where: Q) -> list[int]:
    posts = Post.objects.on(timezone.localdate()).filter(where, user__is_active=True)
    return sorted(set(posts.values_list("user_id", flat=True)))


def makers_of(evaluations: Sequence[Evaluation]) -> dict[int, list[int]]:
    """Evaluation → who has begun it or filled it in, by the record. One query."""
    keys = [str(evaluation.pk) for evaluation in evaluations]
    saved = Entry.objects.filter(subject_type=Evaluation._meta.label, subject_id__in=keys)
    saved = saved.filter(event="performance.evaluation_saved").exclude(actor_id="").order_by()
    makers: dict[int, set[int]] = defaultdict(set)
    for evaluation in evaluations:
        makers[evaluation.pk] |= {evaluation.author_id} if evaluation.author_id is not None else set()
    for subject, user in saved.values_list("subject_id", "actor_id").distinct():
        makers[int(subject)].add(int(user))
    return {pk: sorted(users) for pk, users in makers.items()}


def colleagues_of(evaluation: Evaluation) -> list[int]:
    """Users at the finance office of its region who have neither made it nor handed it in. Three queries.

    `handed_in_by` is who does so at this moment, where `submit_evaluation` has said it.
    """
    handed_in = CaseEvent.objects.filter(
        case__subject="performance.evaluation", case__document_id=evaluation.pk, kind__in=("started", "resubmitted")
    )
    barred: set[int | None] = {*makers_of([evaluation])[evaluation.pk], *handed_in.values_list("user_id", flat=True)}
    barred.add(evaluation.__dict__.get("handed_in_by"))
    office = _users(Q(role__in=OF_OFFICE, region=evaluation.region_id))
    return [user for user in office if user not in barred]
