"""Requests that the treasury's counterpart of the tests has answered."""

from apps.disbursement import services
from apps.disbursement.models import DialectName, PaymentRequest
from apps.disbursement.services import exchange
from apps.disbursement.services.rows import RowInput
from apps.disbursement.tests.factories import Treasury, make_treasury
from apps.disbursement.tests.sandboxed import DeskLine, desk


def connected(world) -> Treasury:
    """A unit whose treasury answers at once and without stamps."""
    treasury = make_treasury(world, DialectName.ISO.value)
    treasury.connect()
    return treasury


def answered(treasury: Treasury, *rows: RowInput, names: dict[str, str] | None = None, **head) -> PaymentRequest:
    """Approved and answered by the bank; `names` says whose account it is by its number: another's is refused."""
    request = treasury.approved(*rows, **head)
    owners = {row.payee_account: row.payee_name for row in request.rows.all()} | (names or {})
    line = DeskLine(desk(**{f"_{number}": name for number, name in owners.items()}))
    for _round in range(3):
        services.send_due(treasury.link, line)
        services.fetch(treasury.link, line)
        exchange.settle_new()
    request.refresh_from_db()
    return request
