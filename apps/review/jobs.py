"""The review's kinds of background job."""

from pathlib import Path
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

from apps.desk.kinds import JobKind, Progress
from apps.desk.sealing import keep_sealed
from apps.desk.services import result_path
from apps.regions.models import Region
from apps.review.importing.report import SHOWN, ImportOrder, ImportRefused, ImportReport
from apps.review.services.expertimport import import_experts
from imbudget.kit.actor import Actor
from imbudget.kit.marking import mark

IMPORT = "review.experts"


def run_import(actor: Actor, params: dict[str, Any], path: str, progress: Progress) -> dict[str, Any]:
    """Import an uploaded file of experts; a refused one is a result that lists its errors, with nothing written."""
    order = ImportOrder(
        Path(path),
        Region.objects.get(pk=params["region"]),
        name=params["name"],
        dry_run=params["dry_run"],
        partial=params["partial"],
    )
    try:  # who may is asked again inside: the post may have ended since the upload
        report = import_experts(actor, order, progress)
    except ImportRefused as refusal:
        report = refusal.report
    links = {"again": reverse("review:expert_import"), "goal": reverse("review:experts")}
    return {"report": report.as_json(SHOWN) | links | {"marked": _marked(params, path, report)}}


def _marked(params: dict[str, Any], path: str, report: ImportReport) -> str:
    """Where the file with its bad cells marked can be fetched; empty when there is nothing to mark."""
    if not report.error_count:
        return ""
    goal = result_path(params["token"], ".xlsx")
    keep_sealed(
        goal, lambda made: mark(Path(path), report.errors, report.letters, report.sheet, made, heads=report.heads)
    )
    return reverse("review:expert_marked", args=[params["token"]])


KINDS = {IMPORT: JobKind(gettext_lazy("import of experts"), run_import)}
