"""Acts of disbursement that are signatures beside those of its flows."""

from django.utils.translation import gettext_lazy as _

from imbudget.kit.signatures import Asks, Signature

GIVE_UP = "disbursement.give_up"


def signatures() -> dict[str, Signature]:
    """Giving up a voucher frees its money: it is asked for like the payment itself."""
    return {GIVE_UP: Signature(_("give up a voucher"), Asks.ALWAYS)}
