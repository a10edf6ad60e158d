"""Everything encrypted moved to the key in use, batch by batch: it may be killed at any point and goes on where it was.

A batch is one transaction with the note of how far it came. Rows that somebody writes at that moment are passed over and
looked for again at the end, as is what older transactions have written meanwhile: a column is done when nothing in it
lies under another key. The rotation waits for no writer, so that it has no part in a deadlock.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection
from django.utils import timezone

from apps.evidence import services as evidence
from apps.vault import policies
from apps.vault.models import DataKey, RotationStep
from apps.vault.selectors.lying import Place, held_by, not_under, places
from apps.vault.services.keys import mark_empty
from imbudget.kit import crypto, registry
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.errors import require

BATCH = 1_000
PASSES = 20  # over one column: each begins anew for what was passed over
PAUSE = 0.5  # seconds before another pass


@dataclass(frozen=True, slots=True)
class Moved:
    """What became of one place: values moved, and whether nothing is left under another key."""

    label: str
    changed: int
    is_done: bool


def rotate_everything(actor: Actor, tell: Callable[[str], None], batch: int = BATCH) -> bool:
    """Move all encrypted values to the key in use; `tell` hears each step. Returns whether nothing was left behind."""
    require(policies.may_keep_keys(actor))
    _await_announced(tell)
    key = crypto.writing_key()
    done = True
    for place in places():
        moved = rotate_place(actor, place, key, batch=batch, tell=tell)
        tell(
            f"{moved.label}: {moved.changed} values" + ("" if moved.is_done else "; some are held by others: run again")
        )
        done = done and moved.is_done
    for name, rotate_more in registry.key_rotations.items():
        tell(f"{name}: {rotate_more()} rows")
    finish_rotation(actor, target=key.label, done=done)
    for empty in mark_empty(actor):
        tell(f"{empty}: nothing lies under it any more; it may be destroyed")
    for old in DataKey.objects.filter(state=DataKey.State.RETIRED, empty_since=None):
        for name, number in held_by(old).items():
            tell(f"{old}: {number} of {name} stay under it")
    return done


def rotate_place(
    actor: Actor, place: Place, key: crypto.MasterKey, *, batch: int = BATCH, tell: Callable[[str], None] | None = None
) -> Moved:
    """Move one column: from where an earlier run was stopped to its end, then again for what was passed over."""
    step, _made = RotationStep.objects.get_or_create(place=place.label, target=key.label)
    before, passes = step.changed, 0
    if step.finished_at and not not_under(place, key.head):
        return Moved(place.label, 0, True)
    if step.finished_at:  # something has come under another key since: a restored table, a long transaction
        step.last = ""
    while passes < PASSES:
        while move_batch(actor, step=step, place=place, key=key, size=batch):
            if tell is not None and step.changed // 100_000 != (step.changed - batch) // 100_000:
                tell(f"{place.label}: {step.changed} so far")
        if not not_under(place, key.head):
            RotationStep.objects.filter(pk=step.pk).update(finished_at=timezone.now())
            return Moved(place.label, step.changed - before, True)
        passes += 1
        step.last = ""
        time.sleep(PAUSE)
    return Moved(place.label, step.changed - before, False)


@act
def move_batch(actor: Actor, *, step: RotationStep, place: Place, key: crypto.MasterKey, size: int) -> int:
    """Encrypt the next rows anew and note how far this came, in one transaction; returns how many rows it found."""
    require(policies.may_keep_keys(actor))
    after = f"AND {place.pk} > %s::{place.pk_type}" if step.last else ""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.rotating', 'on', true)")  # bytes that are kept may be encrypted anew
        cursor.execute(
            f"SELECT {place.pk}, {place.column} FROM {place.table} WHERE octet_length({place.column}) > 0"  # noqa: S608
            f" AND substring({place.column} FOR %s) <> %s {after}"
            f" ORDER BY {place.pk} LIMIT %s FOR UPDATE SKIP LOCKED",
            [len(key.head), key.head, *([step.last] if step.last else []), size],
        )
        rows = cursor.fetchall()
        if rows:
            fresh = [_moved(bytes(stored), place.bound_to) for _pk, stored in rows]
            cursor.execute(
                f"UPDATE {place.table} t SET {place.column} = v.fresh"  # noqa: S608 - our own names
                f" FROM unnest(%s::{place.pk_type}[], %s::bytea[]) v (pk, fresh) WHERE t.{place.pk} = v.pk",
                [[pk for pk, _stored in rows], fresh],
            )
            step.last, step.changed = str(rows[-1][0]), step.changed + len(rows)
            step.save(update_fields=["last", "changed"])
    return len(rows)


def _moved(stored: bytes, bound_to: str) -> bytes:
    return crypto.encrypt_bytes(crypto.opened(stored, bound_to), bound_to)


@act
def finish_rotation(actor: Actor, *, target: str, done: bool) -> None:
    """Leave evidence of what was moved to which key; of a run that found nothing to do nothing is left."""
    require(policies.may_keep_keys(actor))
    steps = RotationStep.objects.filter(target=target)
    changed = {step.place: step.changed for step in steps if step.changed}
    key = DataKey.objects.filter(number=int(target.removeprefix("vault:"))).first() if "vault:" in target else None
    if changed:
        evidence.append("vault.rotated", key, actor, target=target, values=changed, complete=done)
    if done:
        steps.update(last="", changed=0)


def _await_announced(tell: Callable[[str], None]) -> None:
    """A key that was put in use is so from a moment ahead: what is moved before it would have to be moved again."""
    announced = DataKey.objects.filter(state=DataKey.State.IN_USE, in_use_from__gt=timezone.now()).first()
    if announced is not None and announced.in_use_from is not None:
        tell(f"{announced}: in use in a moment")
        time.sleep(max(0.0, (announced.in_use_from - timezone.now()).total_seconds()) + 0.1)
