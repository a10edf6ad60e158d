"""Peers by the clock: what is new of each is fetched, judged and kept; what it holds of our own log is held against ours.

No transaction is open while a peer is asked. What a peer said first each day goes into our own log, so that our checkpoints vouch for its.
"""

import logging
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from apps.evidence import merkle
from apps.evidence.models import Checkpoint, Log, Peer, PeerCheckpoint, PeerFault, PeerState
from apps.evidence.receipts.keys import keys
from apps.evidence.receipts.writing import loads
from apps.evidence.selectors import proofs
from apps.evidence.services.appending import append
from apps.evidence.transitions import PEER
from apps.evidence.witnessing import folder as folders
from apps.evidence.witnessing import judging
from apps.evidence.witnessing.fetching import NotAnswered, fetch
from apps.evidence.witnessing.told import LARGEST, NotReadable, Told, of_data, read
from imbudget.kit.actor import system_actor
from imbudget.kit.crypto import sm3, sm3_hex
from imbudget.kit.signing import verify
from imbudget.kit.transitions import advance

PEERS = 20  # asked in one round
FILES = 200  # of a folder in one round
LONGEST = timedelta(hours=1)
LOCK, UNLOCK = "SELECT pg_try_advisory_lock(7063)", "SELECT pg_advisory_unlock(7063)"
alarm = logging.getLogger("imbudget.alarm")


def ask_peers() -> int:
    """One round; returns how many new checkpoints were kept. Two rounds never run at once."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK)
        if not cursor.fetchone()[0]:
            return 0
        try:
            due = Peer.objects.at_work().filter(next_try_at__lte=timezone.now()).order_by("next_try_at")
            return sum(ask(peer) for peer in due[:PEERS])
        finally:
            cursor.execute(UNLOCK)


def ask(peer: Peer) -> int:
    """Ask one peer, and note what came of it in its row."""
    kept, now = 0, timezone.now()
    arrow = "answer"
    values: dict[str, Any] = {"error": "", "attempts": 0, "heard_at": now}
    try:
        for told in _new(peer):
            kept += keep(peer, told)
        values |= _compare_back(peer)
    except (NotAnswered, NotReadable, OSError) as error:
        arrow = "break" if peer.state == PeerState.BROKEN else "fall_silent"
        values = {"error": str(error)[:400] or type(error).__name__, "attempts": peer.attempts + 1}
    except judging.Misfit as misfit:
        arrow, values = "break", {"error": misfit.detail[:400], "attempts": 0, "heard_at": now}
    if peer.faults.filter(kind__in=judging.LASTING).exists():
        arrow, values["error"] = "break", values["error"] or peer.error
    wait = timedelta(seconds=settings.EVIDENCE_PEER_SECONDS)
    attempts = int(values["attempts"])
    next_try = timezone.now() + min(wait * 2 ** min(attempts, 8), max(wait, LONGEST))
    advance(PEER, peer, arrow, **values, next_try_at=next_try)
    return kept


def keep(peer: Peer, told: Told) -> bool:
    """Keep what a peer told, where it is new and fits. Raises Misfit for what does not: that is kept as a fault."""
    try:
        if not judging.judge(peer, told, timezone.now()):
            return False
    except judging.Misfit as misfit:
        note_fault(peer, misfit, told)
        raise
    today = timezone.localdate()
    with transaction.atomic():
        first = not peer.checkpoints.filter(kept_at__date=today).exists()
        PeerCheckpoint.objects.create(
            peer=peer,
            number=told.head.number,
            size=told.head.size,
            root=told.head.root,
            text=told.text,
            signature=told.signature,
        )
        if first:  # once a day: two installations would otherwise make each other write for ever
            facts = {"origin": peer.origin, "number": told.head.number, "size": told.head.size}
            append(
                "evidence.peer_witnessed", peer, system_actor("witness"), digest=sm3_hex(told.text.encode()), **facts
            )
    return True


def note_fault(peer: Peer, misfit: judging.Misfit, told: Told) -> None:
    """Keep what does not fit, once for each text, with an entry in our own log, and sound the alarm."""
    if peer.faults.filter(kind=misfit.kind, text=told.text).exists():
        return
    with transaction.atomic():
        PeerFault.objects.create(
            peer=peer, kind=misfit.kind, text=told.text, signature=told.signature, detail=misfit.detail[:400]
        )
        append(
            "evidence.peer_broke",
            peer,
            system_actor("witness"),
            origin=peer.origin,
            kind=misfit.kind,
            digest=sm3_hex(told.text.encode()),
        )
    alarm.critical("evidence: witness %s (%s): %s %s", peer.name, peer.origin, misfit.kind, misfit.detail)


def _new(peer: Peer) -> Iterator[Told]:
    last = peer.checkpoints.order_by("-number").first()
    if peer.folder:
        yield from _in_folder(peer, last)
        return
    query = {"since": last.size} if last else {}
    yield read(fetch(f"{peer.address}/checkpoint.json", query, LARGEST))


def _in_folder(peer: Peer, last: PeerCheckpoint | None) -> Iterator[Told]:
    """The files behind the one that is held; at first the newest alone. The newest that is held is looked at each time."""
    place = Path(settings.EVIDENCE_PEER_FOLDERS) / peer.folder
    if not settings.EVIDENCE_PEER_FOLDERS or not place.is_dir():
        raise NotAnswered("the folder is not there (EVIDENCE_PEER_FOLDERS)")
    numbers = list(folders.numbers_in(place, last.number - 1 if last else 0))
    first = last.number if last else max(numbers, default=0)
    for number in numbers[:FILES] if last else numbers[-1:]:
        if number > first + 1:
            return  # a file that is still on its way: those behind it are read when it has come
        first = number
        with folders.path_of(place, number).open("rb") as file:
            yield read(file.read(LARGEST + 1))


def _compare_back(peer: Peer) -> dict[str, Any]:
    """What the peer holds of our log against ours: who changed our own database cannot change that too. Of a folder nothing is asked."""
    origin = Log.objects.values_list("origin", flat=True).first()
    if peer.folder or origin is None:
        return {}
    content = fetch(f"{peer.address}/seen.json", {"origin": origin}, LARGEST)
    try:
        given = loads(content.decode())
    except (ValueError, RecursionError):
        raise NotReadable("no JSON") from None
    if given == {"seen": None}:
        return {}
    told = of_data(given.get("seen") if isinstance(given, dict) else None)
    misfit = against_ours(told, origin)
    if misfit is not None:
        note_fault(peer, misfit, told)
        return {}
    return {"seen_number": told.head.number, "seen_at": timezone.now()}


def against_ours(told: Told, origin: str) -> judging.Misfit | None:
    """What is wrong with a checkpoint that is said to be ours; None where our log has it."""
    digest = sm3(told.text.encode())
    if told.origin != origin or not any(verify(key.content, digest, told.signature) for key in keys()):
        return judging.Misfit(judging.FORGED, told.origin[:200])
    head = told.head
    said = f"№ {head.number}: {head.size}"
    row = Checkpoint.objects.filter(number=head.number).first()
    if row is None or row.text != told.text:
        return judging.Misfit(judging.OURS, said)
    try:
        root = proofs.root_at(head.size)
    except (KeyError, merkle.BadProof):
        return judging.Misfit(judging.OURS, said)
    return None if root == head.root else judging.Misfit(judging.OURS, said)
