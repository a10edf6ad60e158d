"""Looking for what is held about a person, and the copy that the person gets."""

from django.utils.translation import gettext as _

from apps.accounts.selectors import is_cleared
from apps.audit.services import record
from apps.persons import policies
from apps.persons.models import PersonRequest
from apps.persons.selectors import Found, held_about
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.classification import Level
from imbudget.kit.errors import NotAllowed, RuleViolation, require


@act
def inspect_person(actor: Actor, *, sort: str, number: str, cause: str, reason: str) -> list[Found]:
    """What is held about a person, by table; that somebody looked, and why, stays in the audit log, the number does not."""
    require(policies.may_inspect(actor))
    found = held_about(actor, sort, number)
    rows = {one.label: len(one.rows) for one in found}
    record("persons.inspected", actor, reason=reason, cause=cause, sort=sort, ending=number[-4:], rows=rows)
    return found


@act
def copy_for_person(actor: Actor, request: PersonRequest) -> list[Found]:
    """What is held about who asks, for the copy that they get (PIPL 45); written down with the request."""
    require(policies.may_answer(actor, request))
    if not is_cleared(actor.role, [Level.SENSITIVE]):
        raise NotAllowed(_("This is labelled above what your post is cleared for."))
    found = held_about(actor, request.sort, request.number)
    if not found:
        raise RuleViolation(_("Nothing is held under this number."))
    record("persons.copied", actor, request, reason=request.text, rows={one.label: len(one.rows) for one in found})
    return found
