"""Verify, and keep what was found sound, signed, so that the next verification may go on from there."""

from collections.abc import Iterable

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from apps.evidence.models import VerifiedState
from apps.evidence.selectors import proofs, state
from apps.evidence.selectors.verifying import Verification, verify
from apps.evidence.selectors.verifying.signed import Copy
from apps.evidence.services.sealing import the_log
from imbudget.kit.crypto import sm3
from imbudget.kit.signing import provider


def verify_on(since_last: bool = True, known_head: str = "", copies: Iterable[Copy] = ()) -> Verification:
    """Verify from the last sound state on, or all; where nothing is wrong the state is kept, if there is a key to sign it."""
    result = verify(known_head, since_last=since_last, copies=copies)
    if not result.count and result.size and settings.SIGNING_KEY is not None:
        keep(result)
    return result


@transaction.atomic
def keep(result: Verification) -> VerifiedState:
    """Sign what a verification without problems has seen."""
    last, now, signer = VerifiedState.objects.select_for_update().first(), timezone.now(), provider()
    seen = state.State(
        result.size, proofs.root_at(result.size), result.last_batch, bytes.fromhex(result.head), result.checkpoints
    )
    text = state.text_of(seen, the_log().origin, result.since, now, last.text if last else "")
    return VerifiedState.objects.create(
        number=last.number + 1 if last else 1,
        size=seen.size,
        since=result.since,
        text=text,
        public_key=signer.public_key(state.HOLDER),
        signature=signer.sign(state.HOLDER, sm3(text.encode())),
        made_at=now,
    )
