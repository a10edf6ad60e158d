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
from apps.evidence.transitions import ANCHOR, OPEN
from imbudget.kit.crypto import sm3
from imbudget.kit.transitions import advance

PART = 20  # checkpoints that are begun in one round
LOCK, UNLOCK = "SELECT pg_try_advisory_lock(7061)", "SELECT pg_advisory_unlock(7061)"
SOONEST, LATEST = timedelta(seconds=5), timedelta(minutes=10)
STATE = "chain"
Move = tuple[str, dict[str, Any]]  # an arrow of `transitions.ANCHOR`, what the row says then
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


def _attempted(chain: Chain, anchor: Anchor, step: Callable[[Chain, Anchor, Note], Move]) -> int:
    """One step for one anchor; what goes wrong is noted in its row, and tried again after a while that doubles."""
    before, error = (anchor.state, anchor.transaction), ""
    values: dict[str, Any] = {}
    try:
        arrow, values = step(chain, anchor, note_of(anchor.checkpoint))
    except (ChainDown, NotTaken, WrongChain) as failure:
        arrow, error = "include" if anchor.state == AnchorState.INCLUDED else "wait", str(failure)[:400]
    attempts = anchor.attempts + 1 if error or arrow == "wait" else 0
    next_try = timezone.now() + min(SOONEST * 2 ** min(attempts, 10), LATEST)
    advance(ANCHOR, anchor, arrow, **{"error": error, "attempts": attempts, "next_try_at": next_try, **values})
    return int((anchor.state, anchor.transaction) != before)


def _begin(chain: Chain, anchor: Anchor, note: Note) -> Move:
    """Unless the contract holds it already (a database that was restored knows less than the chain)."""
    return _kept(chain, anchor, note) or _write(chain, anchor, note, _next_nonce(anchor))


def _follow(chain: Chain, anchor: Anchor, note: Note) -> Move:
    found = chain.found(anchor.transaction, note) if anchor.transaction else None
    if found is not None and found.holds:
        return _in_block(found)
    if anchor.state == AnchorState.INCLUDED:  # its block was turned back
        advance(ANCHOR, anchor, "wait", block=None, block_hash="", confirmations=0)
    kept = _kept(chain, anchor, note)
    if kept is not None:
        return kept
    if found is not None or anchor.nonce is None or chain.used(anchor.nonce):
        return _write(chain, anchor, note, None)  # refused by the contract, or its number went to another transaction
    return _write(chain, anchor, note, anchor.nonce)  # the same bytes, unless the price of gas has changed


def _write(chain: Chain, anchor: Anchor, note: Note, nonce: int | None) -> Move:
    written = chain.write(note, nonce)
    anchor.transaction, anchor.raw, anchor.nonce = written.transaction, written.raw, written.nonce
    anchor.save(update_fields=["transaction", "raw", "nonce"])
    chain.send(written.raw)
    return "wait", {}


def _next_nonce(anchor: Anchor) -> int | None:
    """Behind those of ours that are on their way: a node need not know of all of them yet. None where none is."""
    ours = Anchor.objects.filter(chain_id=anchor.chain_id, account=anchor.account, state=AnchorState.WAITING)
    last = ours.aggregate(last=Max("nonce"))["last"]
    return last + 1 if last is not None else None


def _in_block(found: Found) -> Move:
    at = {"block": found.block, "block_hash": found.block_hash, "confirmations": found.confirmations}
    if found.confirmations >= settings.EVIDENCE_CHAIN_CONFIRMATIONS:
        return "confirm", {**at, "confirmed_at": timezone.now()}
    return "include", at


def _kept(chain: Chain, anchor: Anchor, note: Note) -> Move | None:
    """What the contract holds under this number: ours is followed from there, another is an alarm; None for nothing."""
    kept = chain.kept(note.log, note.number)
    if kept is None:
        return None
    if kept.digest != note.digest:
        error = f"the chain holds {kept.digest.hex()} since block {kept.block}"
        alarm.critical("evidence: checkpoint %s is not the one that was anchored: %s", note.number, error)
        return "clash", {"error": error}
    transaction = chain.found_by(note, kept.block) or anchor.transaction
    found = chain.found(transaction, note) if transaction else None
    arrow, at = _in_block(found) if found is not None and found.holds else ("wait", {})
    return arrow, {"transaction": transaction, **at}


def _failed(error: str) -> None:
    now = timezone.now()
    WitnessState.objects.update_or_create(name=STATE, defaults={"failed_at": now, "error": error[:400]})
    log.error("evidence: nothing can be anchored: %s", error)


def _went_well(facts: dict[str, Any]) -> None:
    last = Anchor.objects.filter(state=AnchorState.CONFIRMED).aggregate(last=Max("checkpoint_id"))["last"]
    told = {"told": last or 0, "told_at": timezone.now(), "error": "", "facts": facts}
    WitnessState.objects.update_or_create(name=STATE, defaults=told)
