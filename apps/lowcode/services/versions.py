"""What forms and flows do alike with their versions: one draft at most, one in use at most, and those that were.

A part of the services of each, which have settled who may, hold the definition's lock and know what is fit.
"""

import json
from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.evidence import services as evidence
from apps.lowcode.models import VersionState
from apps.lowcode.transitions import VERSION
from imbudget.kit.actor import Actor
from imbudget.kit.crypto import sm3_hex
from imbudget.kit.errors import RuleViolation
from imbudget.kit.transitions import advance


def digest_of(body: Mapping[str, Any]) -> str:
    """SM3 of the one way to write a body."""
    return sm3_hex(json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode())


def begin(actor: Actor, definition: Any, body: dict[str, Any]) -> Any:
    """A draft with the next number."""
    last = definition.versions.order_by("-number").first()
    number = last.number + 1 if last else 1
    return definition.versions.create(number=number, body=body, author_id=actor.user_id)


def keep_draft(actor: Actor, definition: Any, body: dict[str, Any], revision: int | None, stale: str) -> Any:
    """The draft with this body, begun where there is none. Raises RuleViolation (`stale`) when it was saved meanwhile."""
    draft = _in(definition, VersionState.DRAFT)
    if draft is None:
        return begin(actor, definition, body)
    if revision is not None and revision != draft.revision:
        raise RuleViolation(stale)
    draft.body, draft.revision, draft.author_id = body, draft.revision + 1, actor.user_id
    draft.save(update_fields=["body", "revision", "author"])
    return draft


def draft_for_use(definition: Any) -> Any:
    """The draft that is to be published. Raises RuleViolation where there is none."""
    draft = _in(definition, VersionState.DRAFT)
    if draft is None:
        raise RuleViolation(_("There is no draft to publish."))
    return draft


def put_into_use(actor: Actor, definition: Any, draft: Any, event: str) -> Any:
    """Freeze a draft and use it from now on; the version before it is kept for what began with it."""
    before = _in(definition, VersionState.PUBLISHED)
    if before is not None:
        advance(VERSION, before, "retire")
    digest = digest_of(draft.body)
    advance(VERSION, draft, "publish", digest=digest, published_at=timezone.now(), author_id=actor.user_id)
    evidence.append(event, definition, actor, version=draft.number, digest=digest)
    return draft


def take_out_of_use(actor: Actor, definition: Any, event: str, unused: str) -> None:
    """Retire the version in use. Raises RuleViolation (`unused`) where there is none."""
    version = _in(definition, VersionState.PUBLISHED)
    if version is None:
        raise RuleViolation(unused)
    advance(VERSION, version, "retire")
    evidence.append(event, definition, actor, version=version.number)


def discard(actor: Actor, definition: Any, event: str) -> bool:
    """Delete the draft; returns whether anything is left: what never had another version goes with it."""
    draft = _in(definition, VersionState.DRAFT)
    if draft is None:
        raise RuleViolation(_("There is no draft to discard."))
    evidence.append(event, definition, actor, version=draft.number, digest=digest_of(draft.body))
    draft.delete()
    if definition.versions.exists():
        return True
    definition.delete()
    return False


def _in(definition: Any, state: str) -> Any:
    return definition.versions.filter(state=state).first()
