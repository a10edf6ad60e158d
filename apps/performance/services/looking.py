"""Monitoring forms that were handed in: accepted or sent back by the office, one or very many at once."""

from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.evidence import services as evidence
from apps.notices.services import notify_all
from apps.performance import policies
from apps.performance.models import MonitoringForm
from apps.performance.models.watching import FormQuerySet
from apps.performance.selectors.people import people_by_unit
from apps.performance.transitions import FORM
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.errors import RuleViolation, require
from imbudget.kit.transitions import advance_many

Refused = dict[int, str]


@act
def accept_form(actor: Actor, form: MonitoringForm) -> None:
    """The office has looked at it."""
    require(policies.may_look(actor, form))
    _refuse(_accept(actor, [form]))
    form.refresh_from_db()


@act
def return_form(actor: Actor, form: MonitoringForm, reason: str) -> None:
    """Send it back to the unit with what is wrong."""
    require(policies.may_look(actor, form))
    _refuse(_return(actor, [form], reason))
    form.refresh_from_db()


@act
def accept_forms(actor: Actor, forms: Sequence[MonitoringForm]) -> Refused:
    """Accept all of these in as many statements as one, each with its record; gives those that were refused, and why."""
    return _accept(actor, forms)


@act
def return_forms(actor: Actor, forms: Sequence[MonitoringForm], reason: str) -> Refused:
    """Send all of these back with the same reason; gives those that were refused, and why."""
    return _return(actor, forms, reason)


def _accept(actor: Actor, forms: Sequence[MonitoringForm]) -> Refused:
    fit, refused = _taken(actor, forms)
    if fit:
        advance_many(FORM, _rows(fit), "accept", looked_by_id=actor.user_id, looked_at=timezone.now())
        evidence.append_many("performance.form_accepted", [(form, {}) for form in fit], actor)
    return refused


def _return(actor: Actor, forms: Sequence[MonitoringForm], reason: str) -> Refused:
    if not reason:
        raise RuleViolation(_("Say what is to be changed."))
    fit, refused = _taken(actor, forms)
    if fit:
        values = {"looked_by_id": actor.user_id, "looked_at": timezone.now(), "return_reason": reason[:2000]}
        advance_many(FORM, _rows(fit), "return", **values)
        evidence.append_many("performance.form_returned", [(form, {"reason": reason}) for form in fit], actor)
        _tell_units(fit, reason)
    return refused


def _taken(actor: Actor, forms: Sequence[MonitoringForm]) -> tuple[list[MonitoringForm], Refused]:
    """Those that the actor may look at, locked in the order of their keys; and of the others why not."""
    rows = MonitoringForm.objects.visible_to(actor).select_related("of__project", "region", "unit")
    rows = rows.filter(pk__in=[form.pk for form in forms]).order_by("pk")
    verdicts = [(form, policies.may_look(actor, form)) for form in rows.select_for_update(of=("self",), no_key=True)]
    gone = {form.pk for form in forms} - {form.pk for form, _verdict in verdicts}
    refused = dict.fromkeys(gone, _("This row is not in your sight any more."))
    return (
        [form for form, verdict in verdicts if verdict],
        refused | {form.pk: verdict.reason for form, verdict in verdicts if not verdict},
    )


def _rows(forms: Sequence[MonitoringForm]) -> FormQuerySet:
    return MonitoringForm.objects.filter(pk__in=[form.pk for form in forms])


def _tell_units(forms: Sequence[MonitoringForm], reason: str) -> None:
    people = people_by_unit({form.unit_id for form in forms})
    notify_all(
        (user, "performance.form_returned", form.get_absolute_url(), {"form": str(form), "reason": reason[:300]})
        for form in forms
        for user in people.get(form.unit_id, ())
    )


def _refuse(refused: Refused) -> None:
    for reason in refused.values():
        raise RuleViolation(reason)
