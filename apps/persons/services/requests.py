"""Requests of persons about their data: filed, answered."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.evidence import services as evidence
from apps.persons import policies
from apps.persons.models import PersonRequest
from apps.persons.transitions import REQUEST
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.errors import RuleViolation, require
from imbudget.kit.transitions import advance

TERM = timedelta(days=30)  # GB/T 35273-2020, 8.7 b): within thirty days, or what the law says


@act
def file_request(actor: Actor, values: Mapping[str, Any]) -> PersonRequest:
    """Keep what a person asks; name and number are sealed, the evidence holds neither."""
    require(policies.may_inspect(actor))
    region, received_on = values["region"], values["received_on"]
    if not actor.can("security.administer") and not actor.is_home(region.pk):
        raise RuleViolation(_("A request is filed for your own region."))
    if received_on > timezone.localdate() or received_on < date(2021, 11, 1):
        raise RuleViolation(_("This day lies ahead, or before the law on personal information came into force."))
    made = PersonRequest(league_id=region.league_id, author_id=actor.user_id, due_on=received_on + TERM, **values)
    made.save()
    evidence.append("persons.request_filed", made, actor, kind=made.kind, due=made.due_on.isoformat())
    return made


@act
def close_request(actor: Actor, request: PersonRequest, *, fulfilled: bool, answer: str) -> None:
    """Tell the person what became of it; a closed request stays as it is."""
    require(policies.may_answer(actor, request))
    if not answer.strip():
        raise RuleViolation(_("Say what the person was told."))
    closed = {"answer": answer, "closed_at": timezone.now(), "closer_id": actor.user_id}
    advance(REQUEST, request, "fulfil" if fulfilled else "decline", **closed)
    evidence.append("persons.request_closed", request, actor, state=str(request.state))
