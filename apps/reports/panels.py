"""What documents lend to the pages of the floors below: the papers that can be taken away."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.disbursement.models import PaymentRequest, Voucher
from apps.disbursement.models.request import SETTLED
from apps.performance.models import ProjectYear
from apps.reports.performance.papers import PAPERS
from imbudget.kit.registry import Panel


def _papers(page: Any, request: PaymentRequest) -> dict[str, Any]:
    return {
        "may_take": page.actor.can("disbursement.export"),
        "voucher": Voucher.objects.filter(request=request).only("pk", "number").first(),
        "is_answered": request.state in SETTLED,
    }


PAYMENT_PANELS = [Panel(_("papers"), "reports/_of_payment.html", _papers, name="papers")]


def _papers_of_year(page: Any, of: ProjectYear) -> dict[str, Any]:
    return {"papers": [(paper.label, name) for name, paper in PAPERS.items()]}


YEAR_PANELS = [Panel(_("papers"), "reports/_of_year.html", _papers_of_year, name="papers")]


def receipt_address(pk: int) -> str:
    """Where the receipt of a record lies on paper."""
    return reverse("reports:receipt", args=[pk])
