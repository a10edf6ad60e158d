"""What disbursement records as evidence."""

from django.utils.translation import gettext_lazy as _

EVENTS = {
    "disbursement.place_saved": _("account to pay from or connection with a treasury saved"),
    "disbursement.request_saved": _("payment request saved"),
    "disbursement.request_submitted": _("payment request handed in"),
    "disbursement.request_stopped": _("payment request stopped by monitoring"),
    "disbursement.request_withdrawn": _("payment request taken back"),
    "disbursement.request_returned": _("payment request returned"),
    "disbursement.request_refused": _("payment request refused"),
    "disbursement.request_abandoned": _("payment request abandoned"),
    "disbursement.refunded": _("refund received by the treasury"),
    "disbursement.payee_saved": _("payee entered or changed"),
    "disbursement.payee_closed": _("account of a payee closed"),
    "disbursement.voucher_made": _("payment voucher made and signed"),
    "disbursement.answered": _("receipt of the treasury taken into account"),
    "disbursement.message_refused": _("message of the treasury not believed"),
}
