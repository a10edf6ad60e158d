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
    "disbursement.day_closed": _("day of an account closed"),
    "disbursement.day_reopened": _("day of an account opened again"),
    "disbursement.difference_explained": _("difference of the books explained"),
    "disbursement.difference_accepted": _("difference of the books settled"),
    "disbursement.difference_rejected": _("explanation of a difference not accepted"),
    "disbursement.asked": _("treasury asked about a voucher"),
    "disbursement.sent_again": _("message sent again"),
    "disbursement.looked_again": _("message of the treasury looked at again"),
    "disbursement.voucher_given_up": _("voucher given up that the treasury never had"),
}
