"""Background work of subsidies: the files that come in, of registers and of rosters."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

from apps.desk.kinds import JobKind, Progress
from apps.regions.models import Region
from apps.subsidy.models import Roster
from apps.subsidy.services.registers import RegisterRefused, import_register
from apps.subsidy.services.rosters import import_lines
from apps.subsidy.services.staging import RegisterReport
from imbudget.kit.actor import Actor

REGISTER, ROSTER = "subsidy.register", "subsidy.roster"


def run_register(actor: Actor, params: dict[str, Any], path: str, progress: Progress) -> dict[str, Any]:
    """Bring an uploaded file into a register; a refused one is a result that lists its rows, with nothing written."""
    region = Region.objects.get(pk=params["region"])
    links = {"again": reverse("subsidy:register_import"), "goal": reverse("subsidy:households")}
    # Who may is asked again inside: the post may have ended since the upload.
    report = _report(
        lambda: import_register(actor, params["register"], Path(path), region, params["name"], progress=progress)
    )
    return _result(report, params, links)


def run_roster(actor: Actor, params: dict[str, Any], path: str, progress: Progress) -> dict[str, Any]:
    """Bring the lines of a roster in from an uploaded file; a refused one lists its rows, with the old lines kept."""
    roster = Roster.objects.select_related("region", "unit", "subsidy", "place").get(pk=params["roster"])
    links = {"again": reverse("subsidy:roster_import", args=[roster.pk]), "goal": roster.get_absolute_url()}
    report = _report(lambda: import_lines(actor, roster, Path(path), params["name"], progress=progress))
    return _result(report, params, links)


def _report(bring: Callable[[], RegisterReport]) -> RegisterReport:
    try:
        return bring()
    except RegisterRefused as refusal:
        return refusal.report


def _result(report: RegisterReport, params: dict[str, Any], links: dict[str, str]) -> dict[str, Any]:
    told = {
        "file": params["name"],
        "rows": report.rows,
        "written": report.written,
        "refused": bool(report.error_count),
        "error_count": report.error_count,
        "wrong_rows": [list(pair) for pair in report.errors],
    }
    return {"report": told | links}


KINDS = {
    REGISTER: JobKind(gettext_lazy("import of a register"), run_register),
    ROSTER: JobKind(gettext_lazy("import of a roster"), run_roster),
}
