"""What subsidies record as evidence."""

from django.utils.translation import gettext_lazy as _

EVENTS = {
    "subsidy.subsidy_saved": _("subsidy saved"),
    "subsidy.standard_saved": _("subsidy standard saved"),
    "subsidy.register_imported": _("register of households imported"),
    "subsidy.household_saved": _("household changed"),
    "subsidy.roster_made": _("roster made"),
    "subsidy.roster_imported": _("lines of a roster imported"),
    "subsidy.roster_checked": _("roster checked"),
    "subsidy.roster_submitted": _("roster handed in"),
    "subsidy.roster_withdrawn": _("roster taken back"),
    "subsidy.roster_returned": _("roster returned"),
    "subsidy.roster_approved": _("roster approved"),
    "subsidy.roster_abandoned": _("roster given up"),
    "subsidy.roster_published": _("roster put before the public"),
    "subsidy.roster_ready": _("publicity of a roster ended"),
    "subsidy.objection_recorded": _("objection to a roster recorded"),
    "subsidy.objection_filed": _("objection to a roster filed by the public"),
    "subsidy.objection_answered": _("objection to a roster answered"),
    "subsidy.payment_drawn_up": _("payment requests of a roster drawn up"),
    "subsidy.payment_settled": _("receipt taken into the roster"),
    "subsidy.line_corrected": _("payee of a roster corrected"),
    "subsidy.line_refunded": _("payment to a household given back"),
    "subsidy.line_stopped": _("payment to a household stopped"),
}

# kind → (template, label)
NOTICES = {
    "subsidy.objected": (
        _("An objection to the roster “%(roster)s” was filed on the public page and waits for an answer."),
        _("objection to a roster"),
    ),
}
