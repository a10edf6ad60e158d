"""Incidents with personal data: written down, authority and persons told, closed; and whom it concerns (PIPL 57)."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.audit.services import record
from apps.evidence import services as evidence
from apps.persons import policies
from apps.persons.affected import Affected, affected, count_of
from apps.persons.models import Incident
from apps.persons.transitions import INCIDENT
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.errors import RuleViolation, require
from imbudget.kit.transitions import advance


@act
def file_incident(actor: Actor, values: Mapping[str, Any]) -> Incident:
    """Write an incident down. Raises RuleViolation for one that lies ahead."""
    require(policies.may_file_incident(actor))
    _refuse_ahead(values)
    assert actor.user_id is not None  # noqa: S101 - nobody without an account holds the grant
    made = Incident(league_id=values["region"].league_id, author_id=actor.user_id, **values)
    made.save()
    evidence.append("persons.incident_filed", made, actor, kind=made.kind, tables=made.tables)
    return made


@act
def change_incident(actor: Actor, incident: Incident, values: Mapping[str, Any]) -> None:
    """Put in what is known by now; a closed incident stays as it is, every state stays in the history."""
    require(policies.may_handle_incident(actor, incident))
    _refuse_ahead(values)
    changed = [name for name, value in values.items() if getattr(incident, name) != value]
    for name in changed:
        setattr(incident, name, values[name])
    incident.league_id = incident.region.league_id
    incident.save(update_fields=[*changed, "league_id"])
    evidence.append("persons.incident_changed", incident, actor, fields=changed)


@act
def tell_authority(actor: Actor, incident: Incident, *, authority: str, told_at: Any) -> None:
    """Write down that the authority was told, which one and when."""
    require(policies.may_handle_incident(actor, incident))
    _refuse_early(incident, told_at)
    Incident.objects.filter(pk=incident.pk).update(authority=authority, authority_told_at=told_at)
    evidence.append("persons.incident_authority_told", incident, actor, authority=authority, at=told_at.isoformat())


@act
def tell_persons(actor: Actor, incident: Incident, *, told_at: Any, how: str) -> None:
    """Write down how the persons were told; without a time: why they need not be (measures have averted the harm)."""
    require(policies.may_handle_incident(actor, incident))
    if told_at is not None:
        _refuse_early(incident, told_at)
    if not how.strip():
        raise RuleViolation(_("Say how the persons were told, or why they need not be."))
    Incident.objects.filter(pk=incident.pk).update(persons_told_at=told_at, persons_told_how=how)
    at = told_at.isoformat() if told_at else None
    evidence.append("persons.incident_persons_told", incident, actor, at=at, how=how)


@act
def close_incident(actor: Actor, incident: Incident) -> None:
    """Raises RuleViolation while somebody still has to be told."""
    require(policies.may_handle_incident(actor, incident))
    incident = Incident.objects.select_for_update(of=("self",)).get(pk=incident.pk)
    if incident.authority_told_at is None or not incident.persons_told_how:
        raise RuleViolation(_("First the authority is told, and the persons are, or it is said why they need not be."))
    advance(INCIDENT, incident, "close", closed_at=timezone.now())
    evidence.append("persons.incident_closed", incident, actor)


@act
def list_affected(actor: Actor, incident: Incident) -> list[Affected]:
    """Everybody whom the incident concerns, masked; that the list was made stays in the audit log.

    Raises RuleViolation for more rows than `PERSONS_AFFECTED_ROWS`.
    """
    require(policies.may_list_affected(actor, incident))
    counts = count_of(incident, actor)
    total = sum(counts.values())
    if total > settings.PERSONS_AFFECTED_ROWS:
        text = _("%(count)s rows are concerned, one list has %(most)s at most: write an incident down for each region.")
        raise RuleViolation(text % {"count": total, "most": settings.PERSONS_AFFECTED_ROWS})
    record("persons.affected_listed", actor, incident, rows=counts)
    return list(affected(incident, actor))


def _refuse_ahead(values: Mapping[str, Any]) -> None:
    if values["ended_at"] < values["begun_at"]:
        raise RuleViolation(_("An incident ends after it began."))
    if max(values["begun_at"], values["found_at"]) > timezone.now():
        raise RuleViolation(_("This time lies ahead."))


def _refuse_early(incident: Incident, told_at: Any) -> None:
    if not incident.begun_at <= told_at <= timezone.now():
        raise RuleViolation(_("This time lies before the incident or ahead."))
