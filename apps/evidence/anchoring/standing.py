"""How the record stands outside of this system, for pages. A few queries; no node is asked."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import Count, Q
from django.utils.translation import gettext as _

from apps.evidence.anchoring.choosing import is_set, shown
from apps.evidence.models import Anchor, AnchorState, Checkpoint, Peer, PeerState, WitnessState
from imbudget.kit.registry import Anchor as Reference


@dataclass(frozen=True, slots=True)
class OnChain:
    """The chain as it was last seen by the worker: `error` is why nothing can be anchored now, '' where all is well."""

    chain_id: int
    contract: str
    account: str
    nodes: tuple[tuple[str, str], ...]
    height: int | None
    balance: str
    asked_at: datetime | None
    failed_at: datetime | None
    error: str
    wanted: int
    newest: Anchor | None
    open: int
    conflicts: int
    behind: int

    @property
    def is_well(self) -> bool:
        return not self.error and not self.conflicts and self.asked_at is not None


def on_chain() -> OnChain | None:
    """None where no chain is set up, which pages say."""
    if not is_set():
        return None
    state = WitnessState.objects.filter(name="chain").first()
    facts: dict[str, Any] = state.facts if state else {}
    rows = Anchor.objects.order_by()
    counts = rows.aggregate(
        open=Count("pk", filter=Q(state__in=(AnchorState.WAITING, AnchorState.INCLUDED))),
        conflicts=Count("pk", filter=Q(state=AnchorState.CONFLICT)),
    )
    newest = rows.filter(state=AnchorState.CONFIRMED).select_related("checkpoint").order_by("-checkpoint_id").first()
    last = Checkpoint.objects.values_list("number", flat=True).first() or 0
    told = facts.get("nodes", {})
    return OnChain(
        chain_id=settings.EVIDENCE_CHAIN_ID,
        contract=settings.EVIDENCE_CHAIN_CONTRACT,
        account=facts.get("account", ""),
        nodes=tuple((shown(one), told.get(shown(one), "")) for one in settings.EVIDENCE_CHAIN_NODES),
        height=facts.get("height"),
        balance=facts.get("balance", ""),
        asked_at=state.told_at if state else None,
        failed_at=state.failed_at if state else None,
        error=state.error if state else "",
        wanted=settings.EVIDENCE_CHAIN_CONFIRMATIONS,
        newest=newest,
        behind=last - (newest.checkpoint_id if newest else 0),
        **counts,
    )


@dataclass(frozen=True, slots=True)
class Outside:
    """Where checkpoints of this system stand outside of it, in one line each, for the home of an auditor."""

    chain: OnChain | None
    folder: WitnessState | None
    peers: int
    silent: int
    broken: int

    @property
    def is_alone(self) -> bool:
        """Whether nothing outside holds a checkpoint: whoever owns this system could compute all anew."""
        return self.chain is None and self.folder is None and not self.peers


def outside(peers: Sequence[str] | None = None) -> Outside:
    """Chain, folder and peers together; `peers` are the states of those at work where somebody has read them already."""
    states = Peer.objects.at_work().order_by().values_list("state", flat=True) if peers is None else peers
    counts = Counter(states)
    return Outside(on_chain(), folder_state(), counts.total(), counts[PeerState.SILENT], counts[PeerState.BROKEN])


def folder_state() -> WitnessState | None:
    """None where no folder is set."""
    if not settings.EVIDENCE_WITNESS_FOLDER:
        return None
    return WitnessState.objects.filter(name="folder").first() or WitnessState(name="folder")


def references(made: Checkpoint) -> list[Reference]:
    """Where a checkpoint is confirmed, as its receipts say it; nothing is asked where no chain is set."""
    if not is_set():
        return []
    rows = made.anchors.filter(state=AnchorState.CONFIRMED).order_by("pk")
    return [Reference("evm", f"{row.chain_id}:{row.contract}", f"{row.transaction}@{row.block}") for row in rows]


def why_not(made: Checkpoint) -> str:
    """What is said of a checkpoint that is not confirmed on a chain; '' where it is."""
    if made.anchors.filter(state=AnchorState.CONFIRMED).exists():
        return ""
    if not is_set():
        return _("Not anchored: no chain is set up.")
    if made.anchors.filter(state=AnchorState.CONFLICT).exists():
        return _("The chain holds another checkpoint under this number: the record was changed.")
    if made.anchors.exists():
        return _("On its way to the chain, not confirmed yet.")
    first = Anchor.objects.order_by("checkpoint_id").values_list("checkpoint_id", flat=True).first()
    if first is not None and made.number < first:
        return _("Made before the chain was set up: later checkpoints, which stand there, contain its log.")
    return _("Not written to the chain yet.")
