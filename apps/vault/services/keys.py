"""The life of a data key: made, put in use, retired by its successor, wrapped anew; destroyed by two persons."""

from datetime import timedelta

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from apps.evidence import services as evidence
from apps.vault import policies
from apps.vault.models import DataKey, KeyDestruction
from apps.vault.selectors.lying import anything_under, older_transactions
from apps.vault.store import context_of, store
from apps.vault.transitions import DESTRUCTION, KEY
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.errors import RuleViolation, require
from imbudget.kit.transitions import advance
from imbudget.kit.wrapping import provider

LOCK = 7_031_001  # of what makes and changes keys: one act at a time


@act
@sensitive_variables("secret")
def make_key(actor: Actor) -> DataKey:
    """A new data key, wrapped, with the algorithm of FIELD_CIPHER; nothing is encrypted under it yet."""
    require(policies.may_keep_keys(actor))
    _lock()
    number = (DataKey.objects.aggregate(last=Max("number"))["last"] or 0) + 1
    algorithm, modul = settings.FIELD_CIPHER, provider()
    secret = modul.generate()
    key = DataKey.objects.create(
        number=number,
        algorithm=algorithm,
        wrapped=modul.wrap(secret, context_of(number, algorithm)),
        made_at=timezone.now(),
        made_by=actor.name[:150],
    )
    evidence.append("vault.key_made", key, actor, algorithm=algorithm, wrapped_under=modul.current_id())
    return key


@act
def put_in_use(actor: Actor, *, key: DataKey) -> DataKey:
    """From a moment ahead all processes encrypt under this key; the one before decrypts only. Returns the retired one's successor.

    The moment is two refreshes ahead, so that every process has read of it before it comes.
    """
    require(policies.may_keep_keys(actor))
    _lock()
    now = timezone.now()
    moment = now + timedelta(seconds=2 * settings.KEY_REFRESH_SECONDS)
    for before in DataKey.objects.filter(state=DataKey.State.IN_USE):
        advance(KEY, before, "retire", retired_at=moment)
        evidence.append("vault.key_retired", before, actor, successor=str(key))
    advance(KEY, key, "use", in_use_from=moment)
    evidence.append("vault.key_used", key, actor, algorithm=key.algorithm, in_use_from=moment.isoformat())
    transaction.on_commit(store.forget)
    return key


@act
@sensitive_variables("secret")
def rewrap_keys(actor: Actor) -> int:
    """Wrap under the newest wrapping key what lies under an older one; returns how many keys that were. No value changes."""
    require(policies.may_keep_keys(actor))
    _lock()
    modul, changed = provider(), 0
    for key in DataKey.objects.exclude(state=DataKey.State.DESTROYED).order_by("number"):
        before = modul.key_id(bytes(key.wrapped))
        if before == modul.current_id():
            continue
        secret = modul.unwrap(bytes(key.wrapped), key.context)
        DataKey.objects.filter(pk=key.pk).update(wrapped=modul.wrap(secret, key.context))
        evidence.append("vault.key_rewrapped", key, actor, before=before, after=modul.current_id())
        changed += 1
    return changed


@act
def mark_empty(actor: Actor) -> list[DataKey]:
    """Find the retired keys under which nothing lies any more, and say so: from then on they may be destroyed.

    A transaction that began before the key was retired may still write under it: while one is open no key is said to be empty.
    """
    require(policies.may_keep_keys(actor))
    _lock()
    found = []
    for key in DataKey.objects.filter(state=DataKey.State.RETIRED, empty_since=None, retired_at__lt=timezone.now()):
        if key.retired_at is None or older_transactions(key.retired_at) or anything_under(key):
            continue
        key.empty_since = timezone.now()
        DataKey.objects.filter(pk=key.pk).update(empty_since=key.empty_since)
        evidence.append("vault.key_emptied", key, actor)
        found.append(key)
    return found


@act
def propose_destruction(actor: Actor, *, key: DataKey, reason: str) -> KeyDestruction:
    """The security administrator proposes that a key under which nothing lies be destroyed, and says why."""
    _lock()
    key = DataKey.objects.get(pk=key.pk)
    require(policies.may_propose(actor, key))
    if not reason.strip():
        raise RuleViolation(_("Give the reason."))
    if key.destructions.filter(state=KeyDestruction.State.PROPOSED).exists():
        raise RuleViolation(_("It has been proposed already that this key be destroyed."))
    assert actor.user_id is not None  # noqa: S101 - nobody without an account holds the grant
    made = KeyDestruction.objects.create(
        key=key,
        reason=reason.strip()[:400],
        proposer_id=actor.user_id,
        proposer_name=actor.name[:150],
        proposed_at=timezone.now(),
    )
    evidence.append("vault.destruction_proposed", key, actor, reason=made.reason)
    return made


@act
def confirm_destruction(actor: Actor, *, destruction: KeyDestruction) -> DataKey:
    """The audit administrator confirms: the wrapped secret is overwritten, and nothing brings it back but a backup."""
    _lock()
    require(policies.may_decide(actor, destruction))
    key = DataKey.objects.get(pk=destruction.key_id)
    if anything_under(key):
        raise RuleViolation(_("Data lies under this key again: run rotate_keys first."))
    _decide(actor, destruction, "confirm")
    advance(KEY, key, "destroy", wrapped=b"", destroyed_at=timezone.now())
    evidence.append("vault.key_destroyed", key, actor, proposed_by=destruction.proposer_name, reason=destruction.reason)
    transaction.on_commit(store.forget)
    return key


@act
def refuse_destruction(actor: Actor, *, destruction: KeyDestruction) -> KeyDestruction:
    """The audit administrator refuses; the key stays as it is."""
    _lock()
    require(policies.may_decide(actor, destruction))
    _decide(actor, destruction, "refuse")
    evidence.append("vault.destruction_refused", destruction.key, actor, reason=destruction.reason)
    return destruction


def _decide(actor: Actor, destruction: KeyDestruction, arrow: str) -> None:
    advance(
        DESTRUCTION,
        destruction,
        arrow,
        decider_id=actor.user_id,
        decider_name=actor.name[:150],
        decided_at=timezone.now(),
    )


def _lock() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
