"""What `manage.py selfcheck` looks at in the authority ledger."""

from apps.ledger.models import Entry
from apps.ledger.verification import verify
from imbudget.kit.registry import SelfCheck
from imbudget.kit.selfchecks import CheckFailed


def ledger() -> str:
    """Balances, reservations and documents are what the entries come to."""
    broken = [str(finding) for finding in verify() if finding.count]
    if broken:
        raise CheckFailed("; ".join(broken))
    return f"balances equal {Entry.objects.count()} entries"


CHECKS = {"ledger": SelfCheck("ledger", ledger)}
