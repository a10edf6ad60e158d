"""Papers of payments, for whoever sees the payment and may take papers away."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation
from django.utils.text import get_valid_filename

from apps.disbursement.models import PaymentRequest, PaymentRow, Voucher
from apps.disbursement.models.request import SETTLED
from apps.persons.labels import readable
from apps.persons.policies import may_unmask
from apps.persons.selectors import holding_of
from apps.persons.services import mark_of
from apps.reports import services
from apps.reports.document import Document
from apps.reports.payments import notice_document, order_document, voucher_document
from imbudget.kit.views import KitView, ScopedMixin
from imbudget.kit.views.list import content_disposition

CODES = ("fund", "function", "government_economic", "department_economic")
ELEMENTS = ("authority", *(f"authority__{name}" for name in CODES))


class PaymentPaper(ScopedMixin, KitView):
    """A paper of one payment; Chinese whatever language the reader has, as it goes to the bank."""

    model: Any = PaymentRequest
    grant = "disbursement.export"
    module = "disbursement"
    related: tuple[str, ...] = ("region", "unit", "account", *ELEMENTS)
    build: Any = None

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related(*self.related)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        found = self.get_object()
        # Read once more in the document's own transaction: its parts must be of one moment.
        document, content = services.make_document(self.actor, found, self.written, "pdf")
        response = HttpResponse(content, content_type=services.MIME["pdf"])
        name = get_valid_filename(f"{document.title}-{document.number}.pdf")
        response["Content-Disposition"] = content_disposition(name)
        response["Content-Language"] = "zh-Hans-CN"
        return response

    def written(self) -> Document:
        """What it says."""
        made: Document = type(self).build(self.get_object(), self.request.build_absolute_uri)
        return made


class OrderFile(PaymentPaper):
    """The request."""

    build = staticmethod(order_document)


class VoucherFile(PaymentPaper):
    """The voucher, once there is one."""

    model = Voucher
    related = (
        "region",
        "request__region",
        "request__unit",
        "request__account",
        *(f"request__{name}" for name in ELEMENTS),
    )

    def written(self) -> Document:
        """Whole accounts, marked with who took them, for the office or unit that works with the payment alone.

        The voucher is the bank's own paper (a legal duty, PIPL 13(3)), so that no reason is asked for; it leaves its record.
        """
        voucher, address = self.get_object(), self.request.build_absolute_uri
        holding: Any = holding_of("disbursement.paymentrow")
        row = PaymentRow(request=voucher.request)
        if not may_unmask(self.actor, holding, row) or not readable(self.actor, row, ["payee_account"]):
            return voucher_document(voucher, address, whole=False)
        with translation.override("zh-hans"):
            mark = mark_of(self.actor, voucher.pk)
        return voucher_document(voucher, address, mark=mark)


class NoticeFile(PaymentPaper):
    """The notice of a payment to many, once the bank has answered."""

    build = staticmethod(notice_document)

    def get_object(self) -> Any:
        found = super().get_object()
        if found.state not in SETTLED:
            raise Http404
        return found
