"""The project library's kinds of background job."""

from pathlib import Path
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.desk.kinds import JobKind, Progress
from apps.desk.sealing import keep_sealed
from apps.desk.services import result_path
from apps.projects.importing.report import SHOWN, ImportOrder, ImportRefused, ImportReport
from apps.projects.services.imports import import_projects
from apps.regions.models import Region
from imbudget.kit.actor import Actor
from imbudget.kit.marking import mark

IMPORT = "projects.import"


def run_import(actor: Actor, params: dict[str, Any], path: str, progress: Progress) -> dict[str, Any]:
    """Import an uploaded file; a refused one is a result that lists its errors, with nothing written."""
    order = ImportOrder(
        Path(path),
        Region.objects.get(pk=params["region"]),
        params["year"],
        name=params["name"],
        dry_run=params.get("dry_run", False),
        partial=params.get("partial", False),
    )
    try:  # who may is asked again inside: the post may have ended since the upload
        report = import_projects(actor, order, progress)
    except ImportRefused as refusal:
        report = refusal.report
    return {
        "projects": report.as_json(SHOWN) | {"marked": _marked(params, path, report)},
        "summary": _summary(report),
        "url": reverse("projects:import_result", args=[params["token"]]),
    }


def _marked(params: dict[str, Any], path: str, report: ImportReport) -> bool:
    """Whether the workbook with its bad cells marked was left for its sender."""
    if not report.error_count:
        return False
    goal = result_path(params["token"], ".xlsx")
    keep_sealed(
        goal,
        lambda made: mark(Path(path), report.errors, report.letters, report.sheet, made, report.notes, report.heads),
    )
    return True


def _summary(report: ImportReport) -> str:
    counts = {"created": report.created, "same": report.same, "count": report.error_count}
    if report.is_refused:
        return (
            ngettext(
                "Nothing was imported: %(count)s cell is wrong.",
                "Nothing was imported: %(count)s cells are wrong.",
                report.error_count,
            )
            % counts
        )
    if report.dry_run:
        return _("Only checked: %(created)s projects would be made, %(same)s are known already.") % counts
    return _("Imported: %(created)s projects made, %(same)s known already.") % counts


KINDS = {IMPORT: JobKind(gettext_lazy("import of projects"), run_import)}
