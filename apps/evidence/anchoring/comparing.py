"""The chain held against the checkpoints: what was anchored must stand there, and here, as it was."""

from collections.abc import Iterator

from apps.evidence.anchoring.chain import Chain, ChainDown, WrongChain
from apps.evidence.anchoring.choosing import chosen
from apps.evidence.anchoring.writing import note_of
from apps.evidence.models import Anchor, AnchorState, Checkpoint, Log
from imbudget.kit.crypto import sm3

NEWEST = 20


class NotAsked(Exception):
    """The chain could not be asked: nothing is known of what stands there."""


def faults(newest: int | None = None) -> Iterator[str]:
    """What does not fit, a sentence each; only the newest so many anchors where a number is given. No chain is set: nothing.

    Raises NotAsked.
    """
    try:
        chain = chosen()
        if chain is not None:
            yield from _faults(chain, newest)
    except (ChainDown, WrongChain) as error:
        raise NotAsked(str(error)) from error


def _faults(chain: Chain, newest: int | None) -> Iterator[str]:
    origin = Log.objects.values_list("origin", flat=True).first()
    if origin is None:
        return
    last, log = Checkpoint.objects.order_by("-number").first(), sm3(origin.encode())
    on_chain = chain.last(log)
    if on_chain > (last.number if last else 0):
        kept = chain.kept(log, on_chain)
        entries = f" of {kept.size} entries" if kept else ""
        yield (
            f"the chain holds checkpoint {on_chain}{entries}, the newest here is {last.number if last else 'none'}:"
            " checkpoints were removed"
        )
    place = chain.place()
    rows = Anchor.objects.filter(chain_id=place.chain_id, contract=place.contract).order_by("-checkpoint_id")
    rows = rows.filter(account=place.account).select_related("checkpoint")
    for anchor in rows.iterator(500) if newest is None else rows[:newest]:
        yield from _fault(chain, anchor)


def _fault(chain: Chain, anchor: Anchor) -> Iterator[str]:
    note = note_of(anchor.checkpoint)
    if bytes(anchor.digest) != note.digest:
        yield f"checkpoint {note.number}: it is not the one that was anchored (its row was changed)"
    kept = chain.kept(note.log, note.number)
    if kept is not None and (kept.digest, kept.size, kept.root) != (note.digest, note.size, note.root):
        yield f"checkpoint {note.number}: the chain holds another one since block {kept.block}"
    if kept is None and anchor.state == AnchorState.CONFIRMED:
        yield f"checkpoint {note.number}: it was confirmed in block {anchor.block}, and the chain does not hold it"
