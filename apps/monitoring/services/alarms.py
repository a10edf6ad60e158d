"""What becomes of an alarm: 疑点 → 认定正常 / 认定违规 → 下发单位 → 单位反馈 → 销号 or 再退回."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import Post
from apps.evidence import services as evidence
from apps.files.models import StoredFile
from apps.monitoring import policies
from apps.monitoring.models import Alarm, AlarmFile, AlarmState, AlarmStep
from apps.monitoring.transitions import ALARM
from apps.notices.services import notify
from imbudget.kit.actor import Actor, system_actor
from imbudget.kit.acts import act
from imbudget.kit.errors import RuleViolation, require
from imbudget.kit.transitions import advance

FINDING = ("violation", "finding", "demands", "refund", "adjust", "other", "due")
ANSWERERS = ("unit_head", "unit_clerk")
JUDGES = ("treasury_clerk", "treasury_officer")
CLOCK = system_actor("monitoring")
AT_ONCE = 1000


@act
def judge_normal(actor: Actor, alarm: Alarm, reason: str) -> None:
    """认定正常: the same payment is let pass when it is handed in again; counts as a false alarm of the rule."""
    _lock(alarm)
    require(policies.may_judge(actor, alarm))
    if not reason:
        raise RuleViolation(_("Say why the payment is in order."))
    advance(ALARM, alarm, "normal", finding=reason[:2000], judged_by_id=actor.user_id, judged_at=timezone.now())
    _record(actor, alarm, "normal", reason)


@act
def judge_violation(actor: Actor, alarm: Alarm, values: Mapping[str, Any], files: Sequence[StoredFile] = ()) -> None:
    """认定违规: what was violated, what is demanded, which amounts, until when (`FINDING`)."""
    _lock(alarm)
    require(policies.may_judge(actor, alarm))
    for name in FINDING:
        if name in values:
            setattr(alarm, name, values[name])
    _refuse_unfit(alarm)
    written = {name: getattr(alarm, name) for name in FINDING}
    advance(ALARM, alarm, "violation", judged_by_id=actor.user_id, judged_at=timezone.now(), **written)
    _attach(actor, alarm, files, of_unit=False)
    _record(actor, alarm, "violation", alarm.finding, alarm.refund + alarm.adjust + alarm.other)


def _refuse_unfit(alarm: Alarm) -> None:
    if alarm.violation is None:
        raise RuleViolation(_("Name the type of violation."))
    if not alarm.finding or not alarm.demands:
        raise RuleViolation(_("Describe what was found and say what is demanded."))
    if alarm.due is None or alarm.due < timezone.localdate():
        raise RuleViolation(_("Give a day from today on by which the unit answers."))
    if alarm.refund + alarm.adjust + alarm.other > alarm.amount:
        raise RuleViolation(_("The amounts come to more than the amount concerned."))
    try:
        alarm.clean_fields(exclude={field.name for field in alarm._meta.fields} - set(FINDING))
    except ValidationError as error:
        raise RuleViolation(" ".join(error.messages)) from error


@act
def issue_alarm(actor: Actor, alarm: Alarm) -> None:
    """下发单位: the unit's head and clerks are told and answer by the day."""
    _lock(alarm)
    require(policies.may_issue(actor, alarm))
    advance(ALARM, alarm, "issue")
    _record(actor, alarm, "issued", alarm.demands)
    people = _posts(unit=alarm.unit_id, roles=ANSWERERS)
    notify(people, "monitoring.issued", alarm.get_absolute_url(), alarm=_name(alarm), due=_day(alarm.due))


@act
def answer_alarm(actor: Actor, alarm: Alarm, text: str, files: Sequence[StoredFile] = ()) -> None:
    """单位反馈: what the unit has done about it; a file where the rule asks for one."""
    _lock(alarm)
    require(policies.may_answer(actor, alarm))
    if not text:
        raise RuleViolation(_("Say what the unit has done about it."))
    if alarm.version.needs_evidence and not files and not alarm.files.filter(of_unit=True).exists():
        raise RuleViolation(_("Attach a file that proves it: this rule asks for one."))
    advance(ALARM, alarm, "answer", escalated_at=None)
    _attach(actor, alarm, files, of_unit=True)
    _record(actor, alarm, "answered", text)
    people = {alarm.judged_by_id} - {None}
    notify(people, "monitoring.answered", alarm.get_absolute_url(), alarm=_name(alarm))  # type: ignore[arg-type]


@act
def send_back_alarm(actor: Actor, alarm: Alarm, reason: str, due: date) -> None:
    """再退回: the answer does not do; another one by another day."""
    _lock(alarm)
    require(policies.may_examine(actor, alarm))
    if not reason:
        raise RuleViolation(_("Say what is missing in the answer."))
    if due < timezone.localdate():
        raise RuleViolation(_("Give a day from today on by which the unit answers."))
    advance(ALARM, alarm, "send_back", due=due)
    _record(actor, alarm, "returned", reason)
    people = _posts(unit=alarm.unit_id, roles=ANSWERERS)
    notify(people, "monitoring.sent_back", alarm.get_absolute_url(), alarm=_name(alarm), reason=reason[:300])


@act
def close_alarm(actor: Actor, alarm: Alarm, words: str = "") -> None:
    """销号: what was demanded has been done."""
    _lock(alarm)
    require(policies.may_close(actor, alarm))
    advance(ALARM, alarm, "close", closed_at=timezone.now())
    _record(actor, alarm, "closed", words)


@act
def _escalate(actor: Actor, day: date) -> int:
    late = Alarm.objects.filter(
        state__in=(AlarmState.ISSUED, AlarmState.RETURNED), due__lt=day, escalated_at=None
    ).select_related("rule", "version")
    rows = list(late.select_for_update(of=("self",), skip_locked=True).order_by("pk")[:AT_ONCE])
    for alarm in rows:
        people = {*_posts(unit=alarm.unit_id, roles=("unit_head",)), *_posts(region=alarm.region_id, roles=JUDGES)}
        notify(people, "monitoring.overdue", alarm.get_absolute_url(), alarm=_name(alarm), due=_day(alarm.due))
    Alarm.objects.filter(pk__in=[alarm.pk for alarm in rows]).update(escalated_at=timezone.now())
    if rows:
        evidence.append("monitoring.alarms_overdue", None, actor, alarms=[alarm.pk for alarm in rows])
    return len(rows)


def escalate_overdue(day: date | None = None) -> int:
    """Tell head and treasury of each alarm that was not answered in time, once for each term; returns how many."""
    return _escalate(CLOCK, day or timezone.localdate())


def _lock(alarm: Alarm) -> None:
    Alarm.objects.select_for_update(of=("self",), no_key=True).get(pk=alarm.pk)
    alarm.refresh_from_db(fields=["state", "due"])


def _record(actor: Actor, alarm: Alarm, step: str, text: str, amount: Decimal | None = None) -> None:
    """One line of the alarm's timeline and one entry of evidence."""
    AlarmStep.objects.create(
        alarm=alarm,
        act=step,
        state=alarm.state,
        text=text[:2000],
        amount=amount,
        user_id=actor.user_id,
        name=actor.name[:150],
        post_label=actor.post_label[:250],
    )
    evidence.append(f"monitoring.alarm_{step}", alarm, actor, rule=alarm.rule.code, amount=amount or alarm.amount)


def _attach(actor: Actor, alarm: Alarm, files: Sequence[StoredFile], *, of_unit: bool) -> None:
    AlarmFile.objects.bulk_create(
        AlarmFile(alarm=alarm, file=file, of_unit=of_unit, author_id=actor.user_id) for file in files
    )


def _posts(*, roles: Sequence[str], unit: int | None = None, region: int | None = None) -> list[int]:
    """Who holds one of these posts today at a unit or a region."""
    posts = Post.objects.on(timezone.localdate()).filter(role__in=roles, user__is_active=True)
    at = posts.filter(unit=unit) if unit is not None else posts.filter(region=region) if region else posts.none()
    return sorted(set(at.values_list("user_id", flat=True)))


def _name(alarm: Alarm) -> str:
    return f"№ {alarm.pk} {alarm.rule.code} {alarm.version.name}"


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
