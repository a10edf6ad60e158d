"""Whether the ledger is what it must be; `invariants` names what is looked at, the other files say it in SQL."""

from apps.ledger.verification.guards import CONSTRAINTS, TRIGGERS
from apps.ledger.verification.invariants import INVARIANTS, Finding, verify

__all__ = ["CONSTRAINTS", "INVARIANTS", "TRIGGERS", "Finding", "verify"]
