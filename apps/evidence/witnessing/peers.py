"""The services of the security administrator: a witness is named, and ended; nothing of it is changed in between."""

import re

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.evidence.models import Log, Peer
from apps.evidence.policies import may_keep_peers
from apps.evidence.services.appending import append
from apps.evidence.witnessing.fetching import NotAnswered, place_of
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.errors import RuleViolation, require
from imbudget.kit.signing import is_public_key, key_id_of

FOLDER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")


@act
def add_peer(actor: Actor, *, name: str, origin: str, public_key: bytes, address: str = "", folder: str = "") -> Peer:
    """Name another installation as a witness. Raises RuleViolation: no key of SM2, no place, our own log, named already."""
    require(may_keep_peers(actor))
    address = address.rstrip("/")
    _refuse(origin, public_key, address, folder)
    peer = Peer.objects.create(
        name=name,
        origin=origin,
        public_key=public_key,
        address=address,
        folder=folder,
        next_try_at=timezone.now(),
    )
    append("evidence.peer_added", peer, actor, origin=origin, key_id=key_id_of(public_key), place=address or folder)
    return peer


@act
def end_peer(actor: Actor, *, peer: Peer, reason: str) -> None:
    """Ask a witness no more; what is held of it stays. Raises RuleViolation: ended already, no reason."""
    require(may_keep_peers(actor))
    if not reason.strip():
        raise RuleViolation(_("Give the reason."))
    if not Peer.objects.at_work().filter(pk=peer.pk).update(ended_at=timezone.now()):
        raise RuleViolation(_("This witness has been ended already."))
    append("evidence.peer_ended", peer, actor, origin=peer.origin, reason=reason)


def _refuse(origin: str, public_key: bytes, address: str, folder: str) -> None:
    if not is_public_key(public_key):
        raise RuleViolation(_("An SM2 public key has 130 hexadecimal digits and begins with 04."))
    if bool(address) == bool(folder):
        raise RuleViolation(_("Give either an address or a folder."))
    if address:
        try:
            place_of(address)
        except NotAnswered:
            raise RuleViolation(
                _("The address must begin with https:// and hold neither a password nor a question.")
            ) from None
    elif not FOLDER.fullmatch(folder):
        raise RuleViolation(_("The folder is a name of letters and digits under EVIDENCE_PEER_FOLDERS."))
    ours = Log.objects.values_list("origin", flat=True).first() or settings.EVIDENCE_ORIGIN
    if origin == ours:
        raise RuleViolation(_("This is the name of our own log: give each installation another EVIDENCE_ORIGIN."))
    if Peer.objects.at_work().filter(origin=origin).exists():
        raise RuleViolation(_("The log of this name has a witness here already: end that one first."))
