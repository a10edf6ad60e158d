"""Progress reports: filed by the unit, each submitted one gives values; a returned one is put right by another one."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.evidence import services as evidence
from apps.files.services import take_file
from apps.lowcode.services.answers import save_answer
from apps.notices.services import notify
from apps.performance import days, policies
from apps.performance.models import ProgressFile, ProgressQuantity, ProgressReport, ProjectYear, ReportState, Target
from apps.performance.plausible import Doubtful, Reached, doubt_about, doubt_about_progress, refuse_wrong
from apps.performance.selectors.progress import LABEL, form_version, reportable
from apps.performance.services.values import MOST_FILES, Upload, keep_value, lock_year
from apps.performance.transitions import REPORT
from apps.projects.models import GoalSource
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.errors import RuleViolation, require
from imbudget.kit.transitions import advance


@dataclass(frozen=True, slots=True)
class Written:
    """What a report says: `quantities` by the key of the target, `uploads` are files or ids of files sent ahead."""

    as_of: date
    percent: Decimal
    words: str
    started_on: date | None = None
    finished_on: date | None = None
    quantities: Mapping[int, Decimal] = field(default_factory=dict)
    uploads: Sequence[Upload] = ()


@act
def save_report(
    actor: Actor,
    of: ProjectYear,
    written: Written,
    *,
    client_key: uuid.UUID,
    report: ProgressReport | None = None,
    corrects: ProgressReport | None = None,
) -> ProgressReport:
    """Keep a draft. One with a key that is known already is that draft, and is returned as it is once it was handed in.

    `corrects` names the returned report that it puts right, whose day it keeps.
    """
    of = lock_year(of.pk)
    require(policies.may_report(actor, of))
    known = report or ProgressReport.objects.filter(client_key=client_key).first()
    if known is not None:
        if known.of_id != of.pk:
            raise RuleViolation(_("This key belongs to a report about another project."))
        if known.state != ReportState.DRAFT:
            return known
    made = known or _begin(actor, of, client_key, corrects)
    _write(made, of, written)
    _write_quantities(made, of, written)
    _attach(actor, made, of, written.uploads)
    evidence.append("performance.report_saved", made, actor, number=made.number, as_of=made.as_of)
    return made


@act
def save_region_form(actor: Actor, report: ProgressReport, raw: Any, draft: bool = False) -> None:
    """Keep what was filled in of the region's own form as a part of the report; what was begun keeps its version."""
    of = lock_year(report.of_id)
    report.refresh_from_db(fields=["state"])
    require(policies.may_edit_report(actor, report))
    version = report.answer.version if report.answer else form_version(of)
    if version is None:
        raise RuleViolation(_("The region has no form of its own for progress."))
    answer = save_answer(
        actor,
        version=version,
        region=of.region,
        unit=of.unit,
        raw=raw,
        subject_label=LABEL,
        subject_id=report.pk,
        answer=report.answer,
        draft=draft,
    )
    ProgressReport.objects.filter(pk=report.pk).update(answer=answer)
    evidence.append("performance.report_saved", report, actor, number=report.number, form=str(version))


def _begin(actor: Actor, of: ProjectYear, key: uuid.UUID, corrects: ProgressReport | None) -> ProgressReport:
    if corrects is not None:
        if corrects.of_id != of.pk or corrects.state != ReportState.RETURNED:
            raise RuleViolation(_("Only a report that was returned is put right by another one."))
        if ProgressReport.objects.filter(corrects=corrects).exists():
            raise RuleViolation(_("Another report puts this one right already."))
    last = of.reports.aggregate(last=Max("number"))["last"] or 0
    return ProgressReport(of=of, number=last + 1, client_key=key, corrects=corrects, author_id=actor.user_id)


def _write(report: ProgressReport, of: ProjectYear, written: Written) -> None:
    _refuse_days(report, of, written)
    report.as_of, report.percent, report.words = written.as_of, written.percent, written.words.strip()
    report.started_on, report.finished_on = written.started_on, written.finished_on
    report.region_id, report.unit_id = of.region_id, of.unit_id
    try:
        report.full_clean(exclude=["of", "region", "unit", "corrects", "answer", "author"])
    except ValidationError as error:
        raise RuleViolation(" ".join(error.messages)) from error
    report.save()


def _refuse_days(report: ProgressReport, of: ProjectYear, written: Written) -> None:
    if written.as_of.year != of.year_id:
        raise RuleViolation(_("The day lies outside of the year %(year)s.") % {"year": of.year_id})
    latest = max(day for day in (written.as_of, written.started_on, written.finished_on) if day)
    if latest > days.today():
        raise RuleViolation(_("The day lies in the future: only what was reached is recorded."))
    if report.corrects is not None and report.corrects.as_of != written.as_of:
        text = _("A report that puts another one right is of the same day: %(day)s.")
        raise RuleViolation(text % {"day": report.corrects.as_of.isoformat()})


def _write_quantities(report: ProgressReport, of: ProjectYear, written: Written) -> None:
    targets = {target.pk: target for target in reportable(of)}
    for key, value in written.quantities.items():
        if key not in targets:
            raise RuleViolation(_("This target takes no values from progress reports."))
        refuse_wrong(targets[key], Reached(written.as_of, value), of.year_id, days.today())
    report.quantities.exclude(target__in=written.quantities).delete()
    for key, value in written.quantities.items():
        ProgressQuantity.objects.update_or_create(report=report, target_id=key, defaults={"value": value})


def _attach(actor: Actor, report: ProgressReport, of: ProjectYear, uploads: Sequence[Upload]) -> None:
    if report.files.count() + len(uploads) > MOST_FILES:
        raise RuleViolation(_("Attach %(count)s files at most.") % {"count": MOST_FILES})
    for upload in uploads:
        stored = take_file(
            actor, upload, region=of.region, unit=of.unit, subject_label=LABEL, subject_id=str(report.pk)
        )
        ProgressFile.objects.get_or_create(report=report, file=stored)


@act
def submit_report(actor: Actor, report: ProgressReport, confirmed: bool = False) -> None:
    """Hand a report in: its quantities become values of their targets, each with this report as where it is from.

    A file proves them. Raises Doubtful for what looks like a slip until it is `confirmed`. Once more is no error.
    """
    of = lock_year(report.of_id)
    report.refresh_from_db(fields=["state", "as_of"])
    if report.state == ReportState.SUBMITTED:
        return
    require(policies.may_report(actor, of))
    quantities = list(report.quantities.select_related("target").order_by("target__number"))
    if quantities and not report.files.exists():
        raise RuleViolation(_("Attach a photograph or another file that proves these quantities."))
    asked = (doubt_about_progress(report.percent), *(doubt_about(one.target, one.value) for one in quantities))
    doubts = [doubt for doubt in asked if doubt]
    if doubts and not confirmed:
        raise Doubtful("\n".join(doubts))
    _refuse_backwards(report)
    advance(REPORT, report, "submit", submitted_at=timezone.now())
    for one in quantities:
        keep_value(actor, one.target, _reached(report, one.target, one.value))
    evidence.append(
        "performance.report_submitted",
        report,
        actor,
        number=report.number,
        as_of=report.as_of,
        percent=str(report.percent),
        values={str(one.target.number): str(one.value) for one in quantities},
        doubts=doubts,
    )


def _reached(report: ProgressReport, target: Target, value: Decimal) -> Reached:
    checked = bool(doubt_about(target, value))  # a doubtful one comes here confirmed
    where: dict[str, Any] = {"source": GoalSource.PROGRESS, "subject_label": LABEL, "subject_id": str(report.pk)}
    return Reached(report.as_of, value, is_checked=checked, **where)


def _refuse_backwards(report: ProgressReport) -> None:
    """Progress is cumulated: a later report that says less contradicts an earlier one, which is put right first."""
    handed_in = ProgressReport.objects.filter(of=report.of_id, state=ReportState.SUBMITTED)
    before = handed_in.filter(as_of__lt=report.as_of).order_by("-as_of", "-pk").first()
    if before is not None and before.percent > report.percent:
        text = _("Report %(number)s had %(percent)s %% already. Ask the office to return it if that was wrong.")
        raise RuleViolation(text % {"number": before.number, "percent": before.percent})


@act
def return_report(actor: Actor, report: ProgressReport, reason: str) -> None:
    """Send a report back with the reason; its values stay, marked, until another report puts them right."""
    of = lock_year(report.of_id)
    require(policies.may_review(actor, of))
    if not reason.strip():
        raise RuleViolation(_("Say what is wrong with the report."))
    advance(REPORT, report, "return", return_reason=reason.strip()[:2000])
    evidence.append("performance.report_returned", report, actor, number=report.number, reason=reason)
    people = {report.author_id} - {None}
    words = {"report": str(report), "project": str(of.project), "reason": reason[:300]}
    notify(people, "performance.report_returned", report.get_absolute_url(), **words)  # type: ignore[arg-type]
