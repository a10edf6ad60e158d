"""整改: opened by the office or by a red lamp, reported by the unit, settled or sent back; overdue ones are told."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from apps.evidence import services as evidence
from apps.files.models import StoredFile
from apps.notices.services import notify
from apps.performance import policies
from apps.performance.models import (
    MendingOrigin,
    MendingState,
    MonitoringForm,
    MonitoringLine,
    ProjectYear,
    Rectification,
    RectificationFile,
    RectificationStep,
)
from apps.performance.selectors.people import office_people, unit_people
from apps.performance.selectors.schemes import scheme_of
from apps.performance.transitions import RECTIFICATION
from imbudget.kit.actor import Actor, system_actor
from imbudget.kit.acts import act
from imbudget.kit.errors import RuleViolation, require
from imbudget.kit.transitions import advance

CLOCK = system_actor("performance")
AT_ONCE = 1000


@act
def open_rectification(  # noqa: PLR0913 - what an order consists of
    actor: Actor,
    of: ProjectYear,
    problem: str,
    demands: str,
    due: date,
    *,
    origin: str = MendingOrigin.OTHER,
    holds: bool = False,
) -> Rectification:
    """整改通知: what is wrong, what is demanded, until when; the unit is told. `holds` stops the project's payments."""
    require(policies.may_review(actor, of))
    if holds and not policies.is_office(actor, of):
        raise RuleViolation(_("Only the finance office of the region holds payments back."))
    if not problem or not demands:
        raise RuleViolation(_("Name the problem and say what is demanded."))
    if due < timezone.localdate():
        raise RuleViolation(_("Give a day from today on by which it is mended."))
    row = Rectification(of=of, origin=origin, problem=problem[:2000], demands=demands[:2000], due=due, holds=holds)
    return _open(actor, row)


def open_for_red(actor: Actor, form: MonitoringForm, lines: Sequence[MonitoringLine]) -> None:
    """A red lamp opens a rectification at once, one for each form; a part of the hand-in."""
    key = f"form:{form.pk}"
    if Rectification.objects.filter(key=key).exists():
        return
    of = form.of
    with translation.override(settings.LANGUAGE_CODE):
        problem = _problem(form, lines)
        demands = _("Find out why, take measures that bring the year back to its schedule, and report with evidence.")
    due = timezone.localdate() + timedelta(days=scheme_of(of.region, of.year_id).rectify_days)
    row = Rectification(of=of, origin=MendingOrigin.LAMP, key=key, problem=problem[:2000], demands=demands, due=due)
    _open(actor, row)


def _problem(form: MonitoringForm, lines: Sequence[MonitoringLine]) -> str:
    said = []
    if form.budget_lamp == "red":
        rate = form.executed * 100 / form.budget
        words = {"rate": f"{rate:.2f}", "share": f"{form.share:.2f}"}
        said.append(_("Execution is %(rate)s%%; the schedule expects %(share)s%%.") % words)
    for line in lines:
        words = {"target": str(line.target), "value": str(line.value or "–")}
        said.append(_("%(target)s: %(value)s reached.") % words)
    return _("Red lamp after month %(month)s. ") % {"month": form.month} + " ".join(said)


def _open(actor: Actor, row: Rectification) -> Rectification:
    row.author_id = None if row.origin == MendingOrigin.LAMP else actor.user_id
    row.save()
    row.refresh_from_db()
    _record(actor, row, "opened", row.demands)
    people = unit_people([row.unit_id])
    notify(people, "performance.to_mend", row.get_absolute_url(), rectification=str(row), due=row.due.isoformat())
    return row


@act
def answer_rectification(actor: Actor, row: Rectification, text: str, files: Sequence[StoredFile] = ()) -> None:
    """整改报告: what was done, with files that prove it."""
    _lock(row)
    require(policies.may_answer(actor, row))
    if not text:
        raise RuleViolation(_("Say what the unit has done about it."))
    if not files and not row.files.exists():
        raise RuleViolation(_("Attach a file that proves what was mended."))
    advance(RECTIFICATION, row, "answer", escalated_at=None)
    RectificationFile.objects.bulk_create(
        RectificationFile(rectification=row, file=file, author_id=actor.user_id) for file in files
    )
    _record(actor, row, "answered", text)
    notify(office_people(row.of), "performance.mended", row.get_absolute_url(), rectification=str(row))


@act
def send_back_rectification(actor: Actor, row: Rectification, reason: str, due: date) -> None:
    """What was done does not do; once more by another day."""
    _lock(row)
    require(policies.may_examine(actor, row))
    if not reason:
        raise RuleViolation(_("Say what is missing in the answer."))
    if due < timezone.localdate():
        raise RuleViolation(_("Give a day from today on by which it is mended."))
    advance(RECTIFICATION, row, "send_back", due=due, checked_by_id=actor.user_id)
    _record(actor, row, "returned", reason)
    people = unit_people([row.unit_id])
    notify(people, "performance.mend_again", row.get_absolute_url(), rectification=str(row), reason=reason[:300])


@act
def close_rectification(actor: Actor, row: Rectification, words: str = "") -> None:
    """销号: it is mended; payments that it held back go on."""
    _lock(row)
    require(policies.may_examine(actor, row))
    advance(RECTIFICATION, row, "close", closed_at=timezone.now(), checked_by_id=actor.user_id)
    _record(actor, row, "closed", words)


@act
def hold_payments(actor: Actor, row: Rectification, holds: bool, reason: str) -> None:
    """Hold the project's payments back until this is settled, or let them go, with the reason."""
    _lock(row)
    require(policies.may_hold(actor, row))
    if not reason:
        raise RuleViolation(_("Say why payments are held back or let go."))
    row.holds = holds
    row.save(update_fields=["holds"])
    _record(actor, row, "held" if holds else "let_go", reason)


@act
def _escalate(actor: Actor, day: date) -> int:
    late = Rectification.objects.filter(
        state__in=(MendingState.OPEN, MendingState.RETURNED), due__lt=day, escalated_at=None
    ).select_related("of__project")
    rows = list(late.select_for_update(of=("self",), skip_locked=True).order_by("pk")[:AT_ONCE])
    for row in rows:
        people = {*unit_people([row.unit_id], ("unit_head",)), *office_people(row.of)}
        words = {"rectification": str(row), "due": row.due.isoformat()}
        notify(people, "performance.mend_overdue", row.get_absolute_url(), **words)
    Rectification.objects.filter(pk__in=[row.pk for row in rows]).update(escalated_at=timezone.now())
    if rows:
        evidence.append("performance.rectifications_overdue", None, actor, rows=[row.pk for row in rows])
    return len(rows)


def escalate_overdue(day: date | None = None) -> int:
    """Tell head and office of each rectification that was not reported in time, once for each term; returns how many."""
    return _escalate(CLOCK, day or timezone.localdate())


def _lock(row: Rectification) -> None:
    Rectification.objects.select_for_update(of=("self",), no_key=True).get(pk=row.pk)
    row.refresh_from_db(fields=["state", "due", "holds"])


def _record(actor: Actor, row: Rectification, step: str, text: str) -> None:
    """One line of its way and one entry of evidence."""
    RectificationStep.objects.create(
        rectification=row,
        act=step,
        state=row.state,
        text=text[:2000],
        user_id=actor.user_id,
        name=actor.name[:150],
        post_label=actor.post_label[:250],
    )
    evidence.append(f"performance.rectification_{step}", row, actor, project=row.of.project.code, due=row.due)
