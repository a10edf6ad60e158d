"""How what waits for a second person is decided."""

from apps.accounts.models import Decision
from imbudget.kit.transitions import Table

WAITING = frozenset({Decision.WAITING})
DECISION: Table = {
    "confirm": (WAITING, Decision.CONFIRMED),
    "refuse": (WAITING, Decision.REFUSED),
    "withdraw": (WAITING, Decision.WITHDRAWN),
}
