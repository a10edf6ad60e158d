"""What `manage.py selfcheck` looks at in the record of key operations."""

from datetime import timedelta

from django.utils import timezone

from apps.evidence.models import Entry, RowChange
from apps.evidence.selectors.rowcheck import check_rows
from apps.evidence.selectors.verifying import verify
from imbudget.kit.registry import SelfCheck
from imbudget.kit.selfchecks import CheckFailed

SEALED_WITHIN = timedelta(minutes=10)


def chain() -> str:
    """Every leaf, root and head computes to what is stored."""
    found = verify()
    if found.problems:
        raise CheckFailed("; ".join(found.problems[:3]) + f" ({len(found.problems)} problems; run: verify_evidence)")
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


def rows() -> str:
    """Chained rows are what their last versions say."""
    found = check_rows()
    if found.problems:
        raise CheckFailed("; ".join(found.problems[:3]) + f" ({len(found.problems)} problems; run: verify_rows)")
    return f"{found.rows} rows, {found.versions} versions in {found.batches} batches"


CHECKS = {
    "rows": SelfCheck("chained rows", rows),
    "evidence": SelfCheck("evidence chain", chain),
    "sealing": SelfCheck("evidence sealing", sealing),
}
