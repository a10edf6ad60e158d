"""One record of the audit log."""

import logging
from typing import Any

from django.db import DatabaseError, models, transaction
from django.utils import timezone

from apps.audit.models import Record
from apps.audit.vocabulary import is_known
from imbudget.kit import tracing
from imbudget.kit.actor import Actor

alarm = logging.getLogger("imbudget.alarm")


def record(
    kind: str,
    actor: Actor,
    subject: models.Model | None = None,
    *,
    succeeded: bool = True,
    reason: str = "",
    trace: str = "",
    **facts: Any,
) -> Record:
    """Write down one operation, in the caller's transaction: where this fails, the act fails with it.

    `facts` are plain JSON values without personal data in clear; `trace` is the id of the request at work unless another
    is given. Raises ValueError for a kind outside the vocabulary, DatabaseError where it cannot be written: the operator
    is alarmed then.
    """
    if not is_known(kind):
        raise ValueError(f"{kind} is not in the vocabulary: register it in the app's audit kinds")
    found = Record(
        recorded_at=timezone.now(),
        kind=kind,
        succeeded=succeeded,
        actor_id=str(actor.user_id or ""),
        actor_name=actor.name[:150],
        post_label=actor.post_label[:250],
        address=actor.address,
        region_code=_region_code(subject) or actor.region_code,
        subject_type=subject._meta.label if subject is not None else "",
        subject_id=str(subject.pk or "") if subject is not None else "",
        subject_label=str(subject)[:400] if subject is not None else "",
        reason=reason[:400],
        facts=facts,
        trace=trace or tracing.current(),
    )
    try:
        found.save(force_insert=True)
    except DatabaseError as error:
        alarm.critical("the audit log cannot be written, so nothing is done that must be written down: %s", error)
        raise
    return found


def record_apart(kind: str, actor: Actor, subject: models.Model | None = None, **more: Any) -> Record:
    """Write down what is not done: a refusal, whose own transaction is rolled back. To be called outside of it."""
    with transaction.atomic():
        return record(kind, actor, subject, **{"succeeded": False} | more)


def record_seen(actor: Actor, subject: models.Model) -> Record:
    """Write down that somebody opened the page of a person."""
    return record("audit.person_seen", actor, subject)


def record_signed_out(actor: Actor, why: str) -> Record:
    """Write down that a session has ended: by its person, or by the rule that ended it."""
    return record("audit.signed_out", actor, why=why)


def _region_code(subject: Any) -> str:
    region = getattr(subject, "region", None)
    if region is None and hasattr(subject, "finance_code"):
        region = subject
    return getattr(region, "code", "") or ""
