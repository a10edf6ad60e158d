"""The receipt of a record as PDF."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.text import get_valid_filename
from django.utils.translation import gettext as _

from apps.evidence.receipts.access import entry_seen, may_take
from apps.evidence.receipts.composing import receipt_of
from apps.regions.models import Region
from apps.reports import services
from apps.reports.receipts import receipt_document
from imbudget.kit.errors import RuleViolation, require
from imbudget.kit.views import KitView
from imbudget.kit.views.list import content_disposition


class ReceiptFile(KitView):
    """For whoever sees the record, or the row that it is about; Chinese whatever language the reader has."""

    module = "evidence"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        entry = entry_seen(self.actor, pk)
        if entry is None:
            raise Http404
        require(may_take(self.actor, entry))
        receipt = receipt_of(entry)
        if receipt.checkpoint is None:
            raise RuleViolation(_("No signed checkpoint has this record yet. Take its receipt in a few minutes."))
        region = Region.objects.filter(code=entry.region_code).first()
        document, content = services.make_document(
            self.actor, entry, lambda: receipt_document(receipt, region, request.build_absolute_uri), "pdf"
        )
        response = HttpResponse(content, content_type=services.MIME["pdf"])
        name = get_valid_filename(f"{document.title}-{entry.pk}.pdf")
        response["Content-Disposition"] = content_disposition(name)
        response["Content-Language"] = "zh-Hans-CN"
        return response
