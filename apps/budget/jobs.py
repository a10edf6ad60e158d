"""The budget's kinds of background job."""

from pathlib import Path
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.budget import policies, services
from apps.budget.models import Compilation
from apps.budget.services.imports import ImportOrder, ImportRefused
from apps.desk.kinds import JobKind, Progress
from apps.regions.models import Region
from imbudget.kit.actor import Actor
from imbudget.kit.errors import require


def run_import(actor: Actor, params: dict[str, Any], path: str, progress: Progress) -> dict[str, Any]:
    """Import an uploaded workbook; a refused one is a result that lists its errors, with nothing written."""
    region = Region.objects.get(pk=params["region"])
    require(policies.may_import(actor, region))  # the post may have ended since the upload
    order = ImportOrder(
        Path(path), region, params["year"], params["round"], name=params["name"], dry_run=params.get("dry_run", False)
    )
    try:
        report = services.import_workbook(actor, order, progress)
    except ImportRefused as refusal:
        report = refusal.report
    return {"report": report.as_json()}


def run_compile(actor: Actor, params: dict[str, Any], path: str, progress: Progress) -> dict[str, Any]:
    """Compile a region's budget."""
    compilation = Compilation.objects.select_related("region").get(pk=params["compilation"])
    require(policies.may_compile(actor, compilation))  # the post may have ended since the job was started
    snapshot = services.compile_budget(actor, compilation, params.get("missing_reason", ""), progress)
    return {
        "url": reverse("budget:compilation", args=[compilation.pk]),
        "summary": _("Compiled: %(total)s yuan.") % {"total": f"{snapshot.total:,.2f}"},
    }


KINDS = {
    "budget.import": JobKind(gettext_lazy("import of a workbook"), run_import),
    "budget.compile": JobKind(gettext_lazy("compilation of a budget"), run_compile),
}
