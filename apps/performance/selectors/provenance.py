"""Where each value of a target came from, as a page shows it: words and a link to the document."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from apps.lowcode.models import Case
from apps.performance.models import ActualValue, ProgressReport, ReportState, Survey, Target
from apps.review.models import Dossier
from apps.subsidy.models import Roster
from imbudget.kit.actor import Actor


@dataclass(frozen=True, slots=True)
class Origin:
    """What a value was read from."""

    label: str
    href: str = ""


@dataclass(frozen=True, slots=True)
class Traced:
    """One value with what it was read from; `note` says what became of its document since."""

    value: ActualValue
    origins: list[Origin]
    note: str = ""
    counts: bool = False


def targets_visible(actor: Actor, years: QuerySet) -> QuerySet[Target]:
    """Targets of the years that the actor may see."""
    return Target.objects.filter(of__in=years.visible_to(actor))  # type: ignore[attr-defined]


def traced(actor: Actor, target: Target, most: int = 200) -> list[Traced]:
    """The values of a target, the one that counts first, each with where it came from; one query for each kind of document."""
    rows = target.values.select_related("author").prefetch_related("files__file")
    values = list(rows.order_by("-as_of", "-pk")[:most])
    for value in values:
        value.target = target
    found = {label: _read(label, values) for label in sorted({value.subject_label for value in values} & set(READERS))}
    return [_trace(actor, target, value, found.get(value.subject_label, {})) for value in values]


def _trace(actor: Actor, target: Target, value: ActualValue, known: dict[str, Any]) -> Traced:
    counts = value.pk == target.latest_id
    if value.subject_label == "projects.project":
        return Traced(value, [_of_money(target)], counts=counts)
    rows = [known[key] for key in value.subject_id.split(",") if key in known]
    report = rows[0] if rows and value.subject_label == "performance.progressreport" else None
    return Traced(value, [_origin(row) for row in rows], _note(report), counts)


def _of_money(target: Target) -> Origin:
    asked = urlencode({"project_code": target.of.project.code, "year": str(target.of.year_id)})
    return Origin(_("authority of the project and what was paid of it"), f"{reverse('ledger:authorities')}?{asked}")


def _origin(row: Any) -> Origin:
    return Origin(_("expert review of the project") if isinstance(row, Dossier) else str(row), row.get_absolute_url())


def _note(report: ProgressReport | None) -> str:
    """What became of the report since."""
    if report is None or report.state != ReportState.RETURNED:
        return ""
    later = getattr(report, "correction", None)
    if later is not None and later.state == ReportState.SUBMITTED:
        return _("returned, and put right by report %(number)s") % {"number": later.number}
    return _("returned: %(reason)s") % {"reason": report.return_reason}


READERS: dict[str, QuerySet] = {
    "performance.progressreport": ProgressReport.objects.select_related("correction"),
    "performance.survey": Survey.objects.all(),
    "lowcode.case": Case.objects.all(),
    "review.dossier": Dossier.objects.select_related("project"),
    "subsidy.roster": Roster.objects.select_related("subsidy", "place"),
}


def _read(label: str, values: Sequence[ActualValue]) -> dict[str, Any]:
    keys = {key for value in values if value.subject_label == label for key in value.subject_id.split(",")}
    rows = READERS[label].filter(pk__in=[int(key) for key in keys if key.isdecimal()])
    return {str(row.pk): row for row in rows}
