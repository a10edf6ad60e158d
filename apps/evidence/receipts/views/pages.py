"""The receipt of one record: its page, and the file."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from apps.evidence.anchoring.standing import why_not
from apps.evidence.models import Entry
from apps.evidence.receipts.access import entry_seen, may_take
from apps.evidence.receipts.composing import Receipt, receipt_of
from apps.evidence.services import record_download
from apps.evidence.vocabulary import facts_in_words
from imbudget.kit import registry
from imbudget.kit.errors import require
from imbudget.kit.views import KitView
from imbudget.kit.views.base import Crumb
from imbudget.kit.views.list import content_disposition


class OfReceipt(KitView):
    """Outside of what one sees 404; whoever sees the row that a record is about needs the right of its pages too."""

    def found(self, pk: int) -> Receipt:
        entry = entry_seen(self.actor, pk)
        if entry is None:
            raise Http404
        require(may_take(self.actor, entry))
        return receipt_of(entry)


class ReceiptPage(OfReceipt):
    """What the receipt says, and where to take it."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        receipt = self.found(pk)
        entry = receipt.entry
        context = {
            "title": _("Receipt of record № %(number)s") % {"number": entry.pk},
            "crumbs": self._trail(entry),
            "entry": entry,
            "receipt": receipt,
            "facts": facts_in_words(entry.facts),
            "leaf": bytes(entry.leaf).hex(),
            "address": request.build_absolute_uri(reverse("receipts:check", args=[request.LANGUAGE_CODE])),
            "paper": paper_of(entry.pk),
            "why_not": why_not(receipt.checkpoint) if receipt.checkpoint else "",
        }
        return TemplateResponse(request, "evidence/receipt.html", context)

    def _trail(self, entry: Entry) -> list[Any]:
        if not Entry.objects.visible_to(self.actor).filter(pk=entry.pk).exists():
            return []
        return [
            Crumb(_("recorded operations"), reverse("evidence:entries")),
            Crumb(entry.event_label, entry.get_absolute_url()),
        ]


def paper_of(pk: int) -> str:
    """The address of the receipt on paper, where an app lends one."""
    return registry.receipt_paper.get()(pk)


class ReceiptFile(OfReceipt):
    """The receipt as JSON."""

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        receipt = self.found(pk)
        record_download(request, "evidence.receipt", entry=pk, kind="json", leaf=bytes(receipt.entry.leaf).hex())
        response = HttpResponse(receipt.content, content_type="application/json; charset=utf-8")
        response["Content-Disposition"] = content_disposition(f"receipt-{pk}.json")
        return response
