"""Monitoring forms: filled in and handed in by the unit. Red opens a rectification."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.evidence import services as evidence
from apps.performance import policies
from apps.performance.models import Lamp, MonitoringForm, MonitoringLine, ProjectYear
from apps.performance.selectors.progress import refused_values
from apps.performance.selectors.schedules import schedule_of
from apps.performance.selectors.watching import BEHIND, light
from apps.performance.services.evaluations import RETURNED
from apps.performance.services.mending import open_for_red
from apps.performance.services.values import lock_year
from apps.performance.transitions import FORM
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.errors import RuleViolation, require
from imbudget.kit.money import MAX_AMOUNT, rounded
from imbudget.kit.transitions import advance

HEAD = ("expected", "reason", "words")
OF_LINE = ("expected", "reason", "words", "likelihood")
FROZEN = ("initial", "budget", "executed", "share", "goal_lamp", "budget_lamp")
OF_LAMP = ("value", "pace", "lamp")


@act
def save_form(
    actor: Actor, form: MonitoringForm, revision: int, head: Mapping[str, Any], rows: Mapping[int, Mapping[str, Any]]
) -> None:
    """Keep what the unit has filled in: the head, and lines by their keys. Refused when someone else saved it meanwhile."""
    require(policies.may_fill(actor, form))
    _take_revision(form, revision)
    _write(form, head, rows)
    evidence.append("performance.form_saved", form, actor)


@act
def submit_form(actor: Actor, form: MonitoringForm) -> None:
    """Hand in: figures, values and lamps are frozen as they stand now and become the project's; red opens a rectification.

    RuleViolation names what is missing: an explanation of each line that is behind or has no value, its likelihood, what
    will have been executed by the end of the year.
    """
    require(policies.may_fill(actor, form))
    _lock(form)
    form.of = lock_year(form.of_id)  # values and money of one moment; a settled year takes nothing more
    require(policies.may_fill(actor, form))
    lines = list(form.lines.select_related("target", "value").order_by("number"))
    light(form, lines, schedule_of(form.of))
    missing = missing_of(form, lines)
    if missing:
        raise RuleViolation(" ".join(missing))
    MonitoringLine.objects.bulk_update(lines, OF_LAMP)
    values: dict[str, Any] = {name: getattr(form, name) for name in FROZEN}
    values |= {"submitted_at": timezone.now(), "author_id": actor.user_id, "return_reason": ""}
    advance(FORM, form, "submit", **values)
    _show(form)
    lamps = {"goal_lamp": form.goal_lamp, "budget_lamp": form.budget_lamp}
    evidence.append("performance.form_submitted", form, actor, **lamps)
    if Lamp.RED in lamps.values():
        open_for_red(actor, form, [line for line in lines if line.lamp == Lamp.RED])


def _show(form: MonitoringForm) -> None:
    """The lamps of the project's year, unless a later month has been handed in."""
    rows = ProjectYear.objects.filter(pk=form.of_id).exclude(lamp_month__gt=form.month)
    rows.update(goal_lamp=form.goal_lamp, budget_lamp=form.budget_lamp, lamp_month=form.month)
    form.of.refresh_from_db(fields=["goal_lamp", "budget_lamp", "lamp_month"])


def missing_of(form: MonitoringForm, lines: Sequence[MonitoringLine]) -> list[str]:
    """What is to be filled in before the form can be handed in, in sentences."""
    found = []
    if form.expected is None:
        found.append(_("Say what will have been executed by the end of the year."))
    if form.budget_lamp in BEHIND and not (form.reason and form.words):
        found.append(_("Execution is behind its schedule: choose the reason and explain it."))
    refused = refused_values([line.value for line in lines])
    for line in lines:
        found += [RETURNED % {"number": line.number}] if line.value_id in refused else _missing_of_line(line)
    return found


def _missing_of_line(line: MonitoringLine) -> list[str]:
    has_value = line.value is not None and not line.value.gap
    found = []
    if not has_value and not line.words:
        found.append(_("Line %(number)s has no value: record one, or explain why there is none."))
    if line.is_suspect and not line.words:
        found.append(
            _("Line %(number)s looks like a per cent typed as a fraction: record it anew or confirm it, or explain.")
        )
    if line.lamp in BEHIND and not (line.reason and line.words):
        found.append(_("Line %(number)s is behind: choose the reason and explain it."))
    if not line.likelihood:
        found.append(_("Line %(number)s: say how likely the target will be reached."))
    return [text % {"number": line.number} for text in found]


def _lock(form: MonitoringForm) -> None:
    MonitoringForm.objects.select_for_update(of=("self",), no_key=True).get(pk=form.pk)
    form.refresh_from_db(fields=["state", "revision", *HEAD])


def _take_revision(form: MonitoringForm, revision: int) -> None:
    rows = MonitoringForm.objects.filter(pk=form.pk, revision=revision, state=form.state)
    if not rows.update(revision=F("revision") + 1):
        raise RuleViolation(_("Someone else saved this while you were working on it. Open it again and compare."))
    form.revision = revision + 1


def _write(form: MonitoringForm, head: Mapping[str, Any], rows: Mapping[int, Mapping[str, Any]]) -> None:
    for name in HEAD:
        if name in head:
            setattr(form, name, head[name])
    _refuse_amount(form.expected)
    form.save(update_fields=[*HEAD])
    lines = list(form.lines.filter(pk__in=rows))
    for line in lines:
        for name in OF_LINE:
            if name in rows[line.pk]:
                setattr(line, name, rows[line.pk][name])
    MonitoringLine.objects.bulk_update(lines, OF_LINE)


def _refuse_amount(amount: Decimal | None) -> None:
    if amount is not None and (not 0 <= amount < MAX_AMOUNT or amount != rounded(amount)):
        raise RuleViolation(_("Write an amount in yuan, such as 12,345.60."))
