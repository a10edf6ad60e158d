"""Records of processing: written once; of an agreement the end may follow."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from apps.evidence import services as evidence
from apps.persons import policies
from apps.persons.models import Processing
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.errors import RuleViolation, require


@act
def record_processing(actor: Actor, values: Mapping[str, Any]) -> Processing:
    """Keep a record of processing. Raises RuleViolation where it ends before it begins."""
    require(policies.may_file_incident(actor))
    if values["until"] and values["until"] < values["since"]:
        raise RuleViolation(_("The last day is not before the first."))
    assert actor.user_id is not None  # noqa: S101 - nobody without an account holds the grant
    made = Processing.objects.create(league_id=values["region"].league_id, author_id=actor.user_id, **values)
    evidence.append("persons.processing_recorded", made, actor, kind=made.kind, party=made.party, purpose=made.purpose)
    return made


@act
def end_processing(actor: Actor, processing: Processing, *, until: date) -> None:
    """Write down the last day of an agreement."""
    require(policies.may_end_processing(actor, processing))
    if until < processing.since:
        raise RuleViolation(_("The last day is not before the first."))
    before = processing.until.isoformat() if processing.until else None
    Processing.objects.filter(pk=processing.pk).update(until=until)
    evidence.append("persons.processing_ended", processing, actor, before=before, until=until.isoformat())
