"""What the pickers of projects offer: categories as a tree, projects, and codes of one classification tree."""

from typing import Any

from django.db.models import QuerySet

from apps.codes.models import Catalog, Code, FiscalYear
from apps.projects.models import Project, ProjectCategory, ProjectLevel
from apps.regions.pickers import SHOWN, found
from imbudget.kit.pickers import Source
from imbudget.kit.text import search_key

CATALOGS = (Catalog.FUNCTION, Catalog.DEPARTMENT_ECONOMIC, Catalog.FUND, Catalog.PROCUREMENT)

category_picker = Source(
    "projects:category_choices", lambda actor: ProjectCategory.objects.filter(is_active=True), tree=True
)
project_picker = Source("projects:project_choices", lambda actor: Project.objects.visible_to(actor))
first_level_picker = Source(
    "projects:first_level_choices",
    lambda actor: Project.objects.visible_to(actor).alive().filter(level=ProjectLevel.FIRST),
)


def category_choices(text: str, below: int | None) -> list[dict[str, Any]]:
    """The categories in use: those of a text, else the ones below a category, else the uppermost."""
    rows = ProjectCategory.objects.filter(is_active=True).select_related("parent").order_by("tree_id", "lft")
    if not text:
        return [_category(row) for row in rows.filter(parent=below)]
    wanted = search_key(text)
    held = [row for row in rows if wanted in search_key(f"{row.code} {row.name_zh_hans} {row.name_mvf or ''}")]
    return [_category(row) for row in held[: SHOWN + 1]]


def _category(row: ProjectCategory) -> dict[str, Any]:
    note = row.parent.name if row.parent else ""
    return {"id": row.pk, "code": row.code, "name": row.name, "note": note, "below": row.rght - row.lft > 1}


def project_choices(rows: QuerySet[Project], text: str) -> list[dict[str, Any]]:
    """Projects by code, name or initials: the newest first as long as nothing is typed."""
    rows = found(rows, text) if text else rows.order_by("-updated_at", "-pk")
    rows = rows.select_related("unit").only("code", "name", "setup_year", "unit__name")[: SHOWN + 1]
    return [
        {
            "id": row.pk,
            "code": row.code,
            "name": row.name,
            "note": f"{row.setup_year} · {row.unit.name}",
            "below": False,
        }
        for row in rows
    ]


def code_year(year: int) -> int:
    """The year whose classification a project of this year is written in: its own, or the newest one before it."""
    years = list(FiscalYear.objects.filter(codes__isnull=False).distinct().values_list("year", flat=True))
    return max((each for each in years if each <= year), default=min(years, default=year))


def code_choices(catalog: str, year: int, text: str) -> list[dict[str, Any]]:
    """The codes of one tree that may carry amounts: by beginning of the code, name or initials."""
    leaves = Code.objects.filter(catalog=catalog, year=code_year(year), is_leaf=True)
    rows: Any = found(leaves, text) if text else leaves.order_by("code")
    rows = rows.select_related("parent")[: SHOWN + 1]
    return [
        {
            "id": row.pk,
            "code": row.code,
            "name": row.name,
            "note": row.parent.name if row.parent else "",
            "below": False,
        }
        for row in rows
    ]
