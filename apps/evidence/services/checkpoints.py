"""Checkpoints: the size and the head of the log, dated and signed, so that whoever keeps one can prove what came before it."""

import base64
from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from apps.evidence.models import Cause, Checkpoint
from apps.evidence.selectors.proofs import log_size, root_at
from apps.evidence.selectors.state import HOLDER as HOLDER
from apps.evidence.services.sealing import SEAL_LOCK, the_log
from imbudget.kit.crypto import sm3, sm3_hex
from imbudget.kit.signing import ALGORITHM, key_id_of, provider


@transaction.atomic
def make_checkpoint(cause: str = Cause.INTERVAL) -> Checkpoint | None:
    """Sign the log as it stands; None where nothing was sealed yet, nothing came since the last, or the sealer is at work.

    Raises ImproperlyConfigured without a key to sign with.
    """
    with connection.cursor() as cursor:
        cursor.execute(SEAL_LOCK)
        if not cursor.fetchone()[0]:
            return None
    size, last = log_size(), Checkpoint.objects.first()
    if not size or last is not None and last.size == size and cause == Cause.INTERVAL:
        return None
    number, root, now = (last.number + 1 if last else 1), root_at(size), timezone.now()
    text = text_of(the_log().origin, size, root, now, number, last.text if last else "")
    signer = provider()
    public_key = signer.public_key(HOLDER)
    return Checkpoint.objects.create(
        number=number,
        size=size,
        root=root,
        text=text,
        algorithm=ALGORITHM,
        key_id=key_id_of(public_key),
        public_key=public_key,
        signature=signer.sign(HOLDER, sm3(text.encode())),
        cause=cause,
        made_at=now,
    )


def text_of(origin: str, size: int, root: bytes, at: datetime, number: int, previous: str) -> str:
    """What is signed: the lines of a C2SP tlog-checkpoint (name, size, head in base64), then ours, each ended by LF.

    `previous` is the text of the checkpoint before, whose SM3 is written down: none can be left out of the row.
    """
    lines = (
        origin,
        str(size),
        base64.b64encode(root).decode(),
        f"hash {settings.EVIDENCE_HASH}",
        f"time {at.astimezone(UTC).isoformat(timespec='microseconds')}",
        f"number {number}",
        f"previous {sm3_hex(previous.encode())}",
    )
    return "".join(f"{line}\n" for line in lines)


def is_due(now: datetime | None = None) -> bool:
    """Whether the set interval has passed since the last checkpoint."""
    last = Checkpoint.objects.first()
    interval = timedelta(seconds=settings.EVIDENCE_CHECKPOINT_SECONDS)
    return last is None or (now or timezone.now()) - last.made_at >= interval
