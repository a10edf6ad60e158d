"""Lists of reviews, and of the projects that wait for one."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from apps.review.models import ReviewItem, ReviewKind
from apps.review.selectors.waiting import needs_by_project
from imbudget.kit.tables import Column, Table


def _number(year: int | None, number: int | None) -> str:
    return f"{year}-{number}"


class ReviewTable(Table):
    columns = (
        Column("title", _("title"), link=True),
        Column("number", _("number"), reads=("year", "number"), of=_number, kind="code"),
        Column("kind", _("kind of review"), path="get_kind_display", sort="kind"),
        Column("region", _("region"), path="region.name"),
        Column("size", _("projects"), kind="count"),
        Column("state", _("state"), path="get_state_display", kind="state", sort="state"),
        Column("scoring_until", _("scores handed in until"), kind="date"),
        Column("organiser", _("organiser"), path="organiser.name"),
        Column("updated_at", _("updated at"), kind="date", sort="updated_at"),
        Column("funds", _("funds to be shared out"), kind="money", optional=True),
        Column("panel_size", _("experts of the panel"), kind="count", optional=True),
        Column("created_at", _("created at"), kind="date", sort="created_at", optional=True),
    )
    default_sort = "-updated_at"
    search = ("title",)


def _needs(projects: Sequence[int]) -> dict[int, str]:
    return {pk: " · ".join(_in_words(*need) for need in needs) for pk, needs in needs_by_project(projects).items()}


def _in_words(kind: str, item: ReviewItem | None) -> str:
    label = str(ReviewKind(kind).label)
    return f"{label} ({item.review.get_state_display()})" if item else label


class WaitingTable(Table):
    columns = (
        Column("code", _("project code"), kind="code"),
        Column("name", _("project name"), link=True),
        Column("needs", _("reviews needed"), many=_needs),
        Column("unit", _("budget unit"), path="unit.name"),
        Column("category", _("category"), path="category.name"),
        Column("total", _("total amount"), kind="money", sort="total", total="total"),
        Column("submitted_at", _("submitted at"), kind="date"),
        Column("updated_at", _("updated at"), kind="date", sort="updated_at"),
        Column("origin", _("new or continued"), path="get_origin_display", optional=True),
        Column("department", _("competent department"), path="department.name", optional=True),
        Column("urgency", _("urgency"), path="get_urgency_display", optional=True),
    )
    default_sort = "-updated_at"
    search = ("search_key",)
