"""Pages of what stands outside: anchors on a chain, the folder, other installations."""

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.evidence.anchoring.choosing import is_set
from apps.evidence.anchoring.standing import outside
from apps.evidence.models import Anchor, AnchorState, Peer, PeerState
from apps.evidence.witnessing.tables import AnchorTable, PeerTable
from apps.evidence.witnessing.words import WORDS
from imbudget.kit.filters import FilterForm
from imbudget.kit.signing import key_id_of
from imbudget.kit.views import DetailPage, ListPage
from imbudget.kit.views.base import Crumb
from imbudget.kit.views.detail import Tab

MOST = 50  # checkpoints and faults of a witness that its page shows, the newest


class AnchorFilter(FilterForm):
    state = forms.ChoiceField(label=gettext_lazy("state"), choices=[("", "—"), *AnchorState.choices])
    number = forms.IntegerField(label=gettext_lazy("checkpoint"), min_value=1, max_value=2**63 - 1)
    lookups = {"state": "state", "number": "checkpoint_id"}


class AnchorList(ListPage):
    """How the record stands outside of this system, and each checkpoint on the chain."""

    model = Anchor
    table = AnchorTable
    filters = AnchorFilter
    grant = "evidence.see"
    title = gettext_lazy("anchors outside of the system")
    template_name = "evidence/anchors.html"

    @property
    def empty_text(self) -> str:
        if is_set():
            return _("No checkpoint has been written to the chain yet. The newest one is written within a minute.")
        return _(
            "Not anchored: no chain is set up. The operator sets one up by EVIDENCE_CHAIN, without which all else works."
        )

    def get_context_data(self) -> dict[str, Any]:
        return super().get_context_data() | {"outside": outside()}

    def get_actions(self) -> list[tuple[Any, str]]:
        return [(_("witnesses"), reverse("evidence:peers")), (_("checkpoints"), reverse("evidence:checkpoints"))]


class PeerFilter(FilterForm):
    state = forms.ChoiceField(label=gettext_lazy("state"), choices=[("", "—"), *PeerState.choices])
    lookups = {"state": "state"}


class PeerList(ListPage):
    model = Peer
    table = PeerTable
    filters = PeerFilter
    grant = "evidence.see"
    title = gettext_lazy("witnesses")
    template_name = "evidence/peers.html"
    empty_text = gettext_lazy(
        "No other installation is a witness yet. The security administrator names one in the administration, with its public key."
    )

    def get_crumbs(self) -> list[Crumb]:
        return [Crumb(_("anchors outside of the system"), reverse("evidence:anchors"))]


def _held(page: DetailPage, peer: Peer) -> dict[str, Any]:
    return {"held": list(peer.checkpoints.order_by("-pk")[:MOST])}


def _faults(page: DetailPage, peer: Peer) -> dict[str, Any]:
    found = peer.faults.order_by("-pk")[:MOST]
    return {"faults": [(WORDS.get(fault.kind, fault.kind), fault) for fault in found]}


class PeerPage(DetailPage):
    """One witness: what is held of its log, and what did not fit."""

    model = Peer
    grant = "evidence.see"
    tabs = (
        Tab("held", gettext_lazy("checkpoints that are held"), "evidence/_peer_held.html", _held),
        Tab("faults", gettext_lazy("what did not fit"), "evidence/_peer_faults.html", _faults),
    )
    template_name = "evidence/peer.html"

    def get_crumbs(self) -> list[Crumb]:
        return [
            Crumb(_("anchors outside of the system"), reverse("evidence:anchors")),
            Crumb(_("witnesses"), reverse("evidence:peers")),
        ]

    def get_facts(self) -> list[tuple[Any, Any]]:
        peer = self.object
        return [
            (_("name of the log"), peer.origin),
            (_("signing key"), key_id_of(bytes(peer.public_key))),
            (_("address"), peer.address or peer.folder),
            (_("last heard of"), peer.heard_at),
            (_("our checkpoint that it holds"), f"№ {peer.seen_number}" if peer.seen_number else None),
            (_("failure"), peer.error),
            (_("ended at"), peer.ended_at),
        ]
