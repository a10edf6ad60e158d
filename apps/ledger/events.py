"""What the ledger records as evidence."""

from django.utils.translation import gettext_lazy as _

EVENTS = {
    "ledger.chart_saved": _("chart of accounts of the ledger changed"),
    "ledger.chart_loaded": _("chart of accounts of the ledger loaded"),
    "ledger.books_opened": _("books of a year opened"),
    "ledger.books_closed": _("books of a year closed"),
    "ledger.document_saved": _("authority document saved"),
    "ledger.document_numbered": _("authority document numbered by the finance office"),
    "ledger.document_submitted": _("authority document handed in"),
    "ledger.document_withdrawn": _("authority document taken back"),
    "ledger.document_returned": _("authority document returned"),
    "ledger.document_refused": _("authority document refused"),
    "ledger.document_abandoned": _("authority document abandoned"),
    "ledger.posted": _("authority document posted"),
    "ledger.received": _("transfer of the upper level received"),
}
