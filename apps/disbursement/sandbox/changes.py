"""What the sandbox knows of refunds (2203) and corrections (5253): which payment they change, and what of it is left."""

from dataclasses import dataclass, field
from decimal import Decimal

from apps.disbursement.sandbox.orders import Row, Taken

REFUND, CORRECTION = "2203", "5253"
CHANGES = frozenset({REFUND, CORRECTION})


@dataclass
class Payments:
    """Rows that were paid, by reference: what of each was not given back or corrected, and as which payment it left."""

    left: dict[str, Decimal] = field(default_factory=dict)
    cash: dict[str, str] = field(default_factory=dict)

    def refusal(self, row: Row, open_world: bool) -> str:
        """Why a payment cannot be changed like this, or nothing. In an open world payments that nobody made here are believed."""
        left = self.left.get(row.original)
        if left is None:
            return "" if open_world and row.original else "NOOR"
        return "AM09" if abs(row.amount) > left else ""

    def keep(self, order: Taken, row: Row) -> None:
        """Remember a row that was carried out."""
        if order.type not in CHANGES:
            self.left[row.reference], self.cash[row.reference] = row.amount, row.reference
            return
        if row.original in self.left:
            self.left[row.original] -= abs(row.amount)
        if order.type == CORRECTION:
            self.left[row.reference], self.cash[row.reference] = row.amount, self.of(row.original)

    def of(self, reference: str) -> str:
        """The reference under which the money left the account: corrections may stand between."""
        return self.cash.get(reference, reference)
