"""Anchors by the clock: what was begun is followed, then the next checkpoints are begun, the oldest first.

Between any two lines of this a process may die or an answer be lost. So a transaction is kept before it is sent, the contract takes a
number once, and what is not found is looked for in the contract before it is written anew: no checkpoint is anchored twice, none
is left out. No database transaction is open while a node is asked, because the sealer would wait for it.
"""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Max
from django.utils import timezone

from apps.evidence.anchoring.chain import Chain, ChainDown, Found, Note, NotTaken, Place, WrongChain
from apps.evidence.anchoring.choosing import chosen
from apps.evidence.models import Anchor, AnchorState, Checkpoint, WitnessState
from imbudget.kit.crypto import sm3

PART = 20  # checkpoints that are begun in one round
OPEN = (AnchorState.WAITING, AnchorState.INCLUDED)
LOCK, UNLOCK = "SELECT pg_try_advisory_lock(7061)", "SELECT pg_advisory_unlock(7061)"
SOONEST, LATEST = timedelta(seconds=5), timedelta(minutes=10)
STATE = "chain"
log = logging.getLogger(__name__)
alarm = logging.getLogger("imbudget.alarm")


def anchor_checkpoints() -> int:
    """One round; returns how many anchors were begun or went on. Nothing is set up: 0. Two rounds never run at once."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK)  # of the session
        if not cursor.fetchone()[0]:
            return 0
        try:
            return _round()
        finally:
            cursor.execute(UNLOCK)


def note_of(made: Checkpoint) -> Note:
    """What is written of a checkpoint."""
    origin = made.text.partition("\n")[0]
    return Note(sm3(origin.encode()), made.number, made.size, bytes(made.root), sm3(made.text.encode()))


def _round() -> int:
    try:
        chain = chosen()
        if chain is None:
            return 0
        place = chain.place()
        facts = {**chain.look(), "chain_id": place.chain_id, "contract": place.contract, "account": place.account}
    except (ChainDown, WrongChain) as error:
        _failed(str(error))
        return 0
    moved = sum(_attempted(chain, anchor, _follow) for anchor in _due(place))
    moved += sum(_attempted(chain, anchor, _begin) for anchor in _fresh(place))
    _went_well(facts)
    return moved


def _due(place: Place) -> list[Anchor]:
    rows = Anchor.objects.filter(chain_id=place.chain_id, contract=place.contract, state__in=OPEN)
    rows = rows.filter(next_try_at__lte=timezone.now()).select_related("checkpoint")
    return list(rows.order_by("checkpoint_id")[: 10 * PART])


def _fresh(place: Place) -> list[Anchor]:
    """The next checkpoints without an anchor here: from the newest on where there is none at all yet."""
    here = Anchor.objects.filter(chain_id=place.chain_id, contract=place.contract)
    last = here.aggregate(last=Max("checkpoint_id"))["last"]
    rows = Checkpoint.objects.order_by("number")
    if last is None:
        newest = Checkpoint.objects.order_by("-number").first()
        rows = rows.filter(number=newest.number if newest else 0)
    else:
        rows = rows.filter(number__gt=last)
    now, made = timezone.now(), []
    for checkpoint in rows[:PART]:
        anchor = Anchor(
            checkpoint=checkpoint,
            chain_id=place.chain_id,
            contract=place.contract,
            account=place.account,
            digest=note_of(checkpoint).digest,
            next_try_at=now,
            prepared_at=now,
        )
        anchor.save(force_insert=True)
        made.append(anchor)
    return made


def _attempted(chain: Chain, anchor: Anchor, step: Callable[[Chain, Anchor, Note], None]) -> int:
    """One step for one anchor; what goes wrong is noted in its row, and tried again after a while that doubles."""
    before = (anchor.state, anchor.transaction)
    anchor.error = ""
    try:
        step(chain, anchor, note_of(anchor.checkpoint))
    except (ChainDown, NotTaken, WrongChain) as error:
        anchor.error = str(error)[:400]
    anchor.attempts = anchor.attempts + 1 if anchor.error or anchor.state == AnchorState.WAITING else 0
    anchor.next_try_at = timezone.now() + min(SOONEST * 2 ** min(anchor.attempts, 10), LATEST)
    anchor.save()
    return int((anchor.state, anchor.transaction) != before)


def _begin(chain: Chain, anchor: Anchor, note: Note) -> None:
    """Unless the contract holds it already (a database that was restored knows less than the chain)."""
    if not _is_kept(chain, anchor, note):
        _write(chain, anchor, note, _next_nonce(anchor))


def _follow(chain: Chain, anchor: Anchor, note: Note) -> None:
    found = chain.found(anchor.transaction, note) if anchor.transaction else None
    if found is not None and found.holds:
        _in_block(anchor, found)
        return
    anchor.state, anchor.block, anchor.block_hash, anchor.confirmations = AnchorState.WAITING, None, "", 0
    if _is_kept(chain, anchor, note):
        return
    if found is not None or anchor.nonce is None or chain.used(anchor.nonce):
        _write(chain, anchor, note, None)  # refused by the contract, or its number went to another transaction
    else:
        _write(chain, anchor, note, anchor.nonce)  # the same bytes, unless the price of gas has changed


def _write(chain: Chain, anchor: Anchor, note: Note, nonce: int | None) -> None:
    written = chain.write(note, nonce)
    anchor.transaction, anchor.raw, anchor.nonce = written.transaction, written.raw, written.nonce
    anchor.save()
    chain.send(written.raw)


def _next_nonce(anchor: Anchor) -> int | None:
    """Behind those of ours that are on their way: a node need not know of all of them yet. None where none is."""
    ours = Anchor.objects.filter(chain_id=anchor.chain_id, account=anchor.account, state=AnchorState.WAITING)
    last = ours.aggregate(last=Max("nonce"))["last"]
    return last + 1 if last is not None else None


def _in_block(anchor: Anchor, found: Found) -> None:
    anchor.block, anchor.block_hash, anchor.confirmations = found.block, found.block_hash, found.confirmations
    confirmed = found.confirmations >= settings.EVIDENCE_CHAIN_CONFIRMATIONS
    anchor.state = AnchorState.CONFIRMED if confirmed else AnchorState.INCLUDED
    anchor.confirmed_at = timezone.now() if confirmed else None


def _is_kept(chain: Chain, anchor: Anchor, note: Note) -> bool:
    """Whether the contract holds something under this number: ours is followed from there, another is an alarm."""
    kept = chain.kept(note.log, note.number)
    if kept is None:
        return False
    if kept.digest != note.digest:
        anchor.state = AnchorState.CONFLICT
        anchor.error = f"the chain holds {kept.digest.hex()} since block {kept.block}"
        alarm.critical("evidence: checkpoint %s is not the one that was anchored: %s", note.number, anchor.error)
        return True
    anchor.transaction = chain.found_by(note, kept.block) or anchor.transaction
    found = chain.found(anchor.transaction, note) if anchor.transaction else None
    if found is not None and found.holds:
        _in_block(anchor, found)
    return True


def _failed(error: str) -> None:
    now = timezone.now()
    WitnessState.objects.update_or_create(name=STATE, defaults={"failed_at": now, "error": error[:400]})
    log.error("evidence: nothing can be anchored: %s", error)


def _went_well(facts: dict[str, Any]) -> None:
    last = Anchor.objects.filter(state=AnchorState.CONFIRMED).aggregate(last=Max("checkpoint_id"))["last"]
    told = {"told": last or 0, "told_at": timezone.now(), "error": "", "facts": facts}
    WitnessState.objects.update_or_create(name=STATE, defaults=told)
