"""The budget's kinds of background job."""

from datetime import date
from pathlib import Path
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.budget import policies, services
from apps.budget.importreport import SHOWN, ImportOrder, ImportRefused, ImportReport
from apps.budget.marking import mark
from apps.budget.models import BudgetSheet, Compilation, SheetState
from apps.desk.kinds import JobKind, Progress
from apps.desk.sealing import keep_sealed
from apps.desk.services import result_path
from apps.regions.models import Region
from imbudget.kit.actor import Actor
from imbudget.kit.errors import require


def run_import(actor: Actor, params: dict[str, Any], path: str, progress: Progress) -> dict[str, Any]:
    """Import an uploaded workbook; a refused one is a result that lists its errors, with nothing written."""
    sheet = _own_sheet(params)
    region = sheet.region if sheet else Region.objects.get(pk=params["region"])
    order = ImportOrder(
        Path(path),
        region,
        params["year"],
        params["round"],
        name=params["name"],
        dry_run=params.get("dry_run", False),
        partial=params.get("partial", False),
        unit=sheet.unit if sheet else None,
        goal=SheetState.DRAFT if sheet else SheetState.SUBMITTED,
    )
    try:  # who may is asked again inside: the post may have ended since the upload
        if sheet:
            report = services.import_own_workbook(actor, sheet, order, progress)
        else:
            report = services.import_workbook(actor, order, progress)
    except ImportRefused as refusal:
        report = refusal.report
    return {"report": report.as_json(SHOWN) | {"marked": _marked(params, path, report)}}


def _own_sheet(params: dict[str, Any]) -> BudgetSheet | None:
    if not params.get("sheet"):
        return None
    return BudgetSheet.objects.select_related("unit", "region", "year").get(pk=params["sheet"])


def _marked(params: dict[str, Any], path: str, report: ImportReport) -> str:
    """Where the workbook with its bad cells marked can be fetched; empty when there is nothing to mark."""
    if not report.error_count or not params.get("token"):
        return ""
    goal = result_path(params["token"], ".xlsx")
    keep_sealed(goal, lambda made: mark(Path(path), report.errors, report.letters, report.sheet, made, report.notes))
    return reverse("budget:import_marked", args=[params["token"]])


def run_compile(actor: Actor, params: dict[str, Any], path: str, progress: Progress) -> dict[str, Any]:
    """Compile a region's budget."""
    compilation = Compilation.objects.select_related("region").get(pk=params["compilation"])
    require(policies.may_compile(actor, compilation))  # the post may have ended since the job was started
    snapshot = services.compile_budget(actor, compilation, params.get("missing_reason", ""), progress)
    return {
        "url": reverse("budget:compilation", args=[compilation.pk]),
        "summary": _("Compiled: %(total)s yuan.") % {"total": f"{snapshot.total:,.2f}"},
    }


def run_approval(actor: Actor, params: dict[str, Any], path: str, progress: Progress) -> dict[str, Any]:
    """Draw up the approval of a compiled budget and hand it in."""
    compilation = Compilation.objects.select_related("region", "snapshot").get(pk=params["compilation"])
    head = params["head"] | {"dated": date.fromisoformat(params["head"]["dated"])}
    document = services.draw_up_approval(actor, compilation, head)
    return {"url": document.get_absolute_url(), "summary": str(document)}


def run_control_import(actor: Actor, params: dict[str, Any], path: str, progress: Progress) -> dict[str, Any]:
    """Work out the control figures of an uploaded file; a refused one ends the job with its bad rows."""
    region, year = Region.objects.get(pk=params["region"]), params["year"]
    dry_run = params["dry_run"]
    count = services.import_control_figures(actor, region, year, Path(path), name=params["name"], dry_run=dry_run)
    text = ngettext("%(count)d control figure would change.", "%(count)d control figures would change.", count)
    if not dry_run:
        text = ngettext("%(count)d figure worked out.", "%(count)d figures worked out.", count)
    return {"url": f"{reverse('budget:control')}?year={year}&state=draft", "summary": text % {"count": count}}


def run_forecast(actor: Actor, params: dict[str, Any], path: str, progress: Progress) -> dict[str, Any]:
    """Compute the suggestions of a year."""
    made = services.compute_suggestions(actor, params["year"], progress)
    return {
        "url": f"{reverse('budget:forecast')}?year={params['year']}",
        "summary": _("%(year)s: %(count)s suggestions.") % {"year": params["year"], "count": made},
    }


def run_region_checks(actor: Actor, params: dict[str, Any], path: str, progress: Progress) -> dict[str, Any]:
    """Run all checks over a region."""
    region, year, round_ = Region.objects.get(pk=params["region"]), params["year"], params["round"]
    run = services.run_region_checks(actor, region, year, round_, progress)
    return {
        "url": f"{reverse('budget:checks')}?region={region.pk}&year={year}&round={round_}",
        "summary": ngettext("%(count)d sheet was checked.", "%(count)d sheets were checked.", run.sheets)
        % {"count": run.sheets},
    }


def run_accept_waiting(actor: Actor, params: dict[str, Any], path: str, progress: Progress) -> dict[str, Any]:
    """Sign for every sheet of a round that waits for the person; names those that were refused, and why."""
    region, year, round_ = Region.objects.get(pk=params["region"]), params["year"], params["round"]
    done = services.accept_waiting(actor, region, year, round_, progress)
    summary = ngettext("%(count)d sheet was signed.", "%(count)d sheets were signed.", done.signed)
    return {
        "url": f"{reverse('budget:progress')}?region={region.pk}&year={year}&round={round_}",
        "summary": summary % {"count": done.signed},
        "refused": [list(pair) for pair in done.refused[:SHOWN]],
        "refused_count": len(done.refused),
    }


KINDS = {
    "budget.accept_waiting": JobKind(gettext_lazy("acceptance of what waits"), run_accept_waiting),
    "budget.approval": JobKind(gettext_lazy("approval of the budget"), run_approval),
    "budget.forecast": JobKind(gettext_lazy("computation of suggestions"), run_forecast),
    "budget.import": JobKind(gettext_lazy("import of a workbook"), run_import),
    "budget.control_import": JobKind(gettext_lazy("import of control figures"), run_control_import),
    "budget.checks": JobKind(gettext_lazy("checks over a region"), run_region_checks),
    "budget.compile": JobKind(gettext_lazy("compilation of a budget"), run_compile),
}
