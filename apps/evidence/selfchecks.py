"""What `manage.py selfcheck` looks at in the record of key operations."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from apps.evidence.models import Checkpoint, Entry, RowChange, VerifiedState
from apps.evidence.selectors.rowcheck import check_rows
from apps.evidence.selectors.state import HOLDER
from apps.evidence.selectors.verifying import verify
from apps.evidence.witnessing.comparing import faults, told_in_words
from imbudget.kit import signing
from imbudget.kit.crypto import sm3
from imbudget.kit.registry import SelfCheck
from imbudget.kit.selfchecks import CheckFailed

SEALED_WITHIN = timedelta(minutes=10)
VERIFIED_WITHIN = timedelta(days=2)


def chain() -> str:
    """Every leaf, root and head computes to what is stored."""
    found = verify()
    if found.problems:
        raise CheckFailed("; ".join(found.problems[:3]) + f" ({found.count} problems; run: verify_evidence)")
    return f"{found.entries} entries in {found.batches} batches, head {found.head[:16]}"


def sealing() -> str:
    """The worker seals: nothing waits long."""
    entry = Entry.objects.filter(batch=None).order_by("pk").values_list("recorded_at", flat=True).first()
    change = RowChange.objects.order_by("pk").values_list("at", flat=True).first()
    oldest = min((at for at in (entry, change) if at is not None), default=None)
    if oldest is not None and timezone.now() - oldest > SEALED_WITHIN:
        raise CheckFailed(
            f"an entry or a version of a row has waited since {oldest:%Y-%m-%d %H:%M} UTC to be sealed: does the worker run?"
        )
    return "nothing has waited for more than ten minutes"


def checkpoints() -> str:
    """The log is signed: the key works, and what is sealed waits for no more than two intervals."""
    if settings.SIGNING_KEY is None:
        raise CheckFailed("there is no SIGNING_KEY: the log of key operations is not signed")
    digest, signer = sm3(b"a look at the key"), signing.provider()
    if not signing.verify(signer.public_key(HOLDER), digest, signer.sign(HOLDER, digest)):
        raise CheckFailed("the key that signs the log gives signatures that do not hold")
    last = Checkpoint.objects.first()
    unsigned = Entry.objects.filter(batch__first__gte=last.size if last else 0).order_by("pk").first()
    limit = timedelta(seconds=2 * settings.EVIDENCE_CHECKPOINT_SECONDS)
    if unsigned is not None and unsigned.batch is not None and timezone.now() - unsigned.batch.sealed_at > limit:
        raise CheckFailed(f"what was sealed at {unsigned.batch.sealed_at:%Y-%m-%d %H:%M} UTC is not signed yet")
    return f"checkpoint {last.number} of {last.made_at:%Y-%m-%d %H:%M} UTC" if last else "nothing to sign yet"


def verified() -> str:
    """The log is verified each day, and nothing was found."""
    last, oldest = VerifiedState.objects.first(), Entry.objects.order_by("pk").first()
    since = last.made_at if last else oldest.recorded_at if oldest else timezone.now()
    if timezone.now() - since > VERIFIED_WITHIN:
        raise CheckFailed(f"the log was last verified at {since:%Y-%m-%d}, or never: run verify_evidence")
    return f"{last.size} entries on {last.made_at:%Y-%m-%d}" if last else "nothing is older than two days"


def rows() -> str:
    """Chained rows are what their last versions say."""
    found = check_rows()
    if found.problems:
        raise CheckFailed("; ".join(found.problems[:3]) + f" ({len(found.problems)} problems; run: verify_rows)")
    return f"{found.rows} rows, {found.versions} versions in {found.batches} batches"


def witnesses() -> str:
    """Where checkpoints go outside of this system: each is told in time, and what is held there fits."""
    found, unasked = faults(newest=20)
    if found or unasked:
        raise CheckFailed("; ".join((found + unasked)[:3]))
    return told_in_words()


CHECKS = {
    "rows": SelfCheck("chained rows", rows),
    "evidence": SelfCheck("evidence chain", chain),
    "sealing": SelfCheck("evidence sealing", sealing),
    "checkpoints": SelfCheck("evidence checkpoints", checkpoints),
    "witnesses": SelfCheck("evidence outside of this system", witnesses),
    "verified": SelfCheck("evidence verification", verified),
}
