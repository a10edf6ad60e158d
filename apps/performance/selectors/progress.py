"""Progress reports of a project's year: which targets they speak of, and which months have none."""

from collections.abc import Sequence

from apps.lowcode.models import FormPurpose, FormVersion
from apps.lowcode.selectors.forms import form_for
from apps.performance.days import months_over
from apps.performance.models import ActualValue, ProgressReport, ProjectYear, ReportState, Target
from apps.projects.models import GoalSource, IndicatorNature

LABEL = "performance.progressreport"
# What the sources of the system know is not asked of people once more.
ASKED = (GoalSource.PROGRESS, GoalSource.MANUAL)


def reportable(of: ProjectYear) -> list[Target]:
    """The targets that a progress report may give quantities of. One query."""
    rows = of.targets.filter(source__in=ASKED).exclude(nature=IndicatorNature.QUALITATIVE)
    return list(rows.select_related("latest").order_by("number"))


def reports_of(of: ProjectYear) -> list[ProgressReport]:
    """All reports of the year, the newest first, each with the one that puts it right. One query."""
    return list(of.reports.select_related("author", "correction").order_by("-as_of", "-pk"))


def missing_months(of: ProjectYear) -> list[int]:
    """Months that are over and have no report which stands. One query."""
    standing = of.reports.filter(state=ReportState.SUBMITTED)
    told = set(standing.values_list("as_of__month", flat=True))
    return [month for month in months_over(of) if month not in told]


def latest_report(of: ProjectYear) -> ProgressReport | None:
    """The newest report that stands."""
    return of.reports.filter(state=ReportState.SUBMITTED).order_by("-as_of", "-pk").first()


def refused_values(values: Sequence[ActualValue | None]) -> set[int]:
    """Keys of the values that were read from a report which the office has returned. One query, or none."""
    read = {value.pk: int(value.subject_id) for value in values if value is not None and value.subject_label == LABEL}
    if not read:
        return set()
    rows = ProgressReport.objects.filter(pk__in=read.values(), state=ReportState.RETURNED)
    returned = set(rows.order_by().values_list("pk", flat=True))
    return {value for value, report in read.items() if report in returned}


def form_version(of: ProjectYear) -> FormVersion | None:
    """The region's own form for progress, where it has one in use."""
    return form_for(FormPurpose.PROGRESS, of.region, of.unit)
