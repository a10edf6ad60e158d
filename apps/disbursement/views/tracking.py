"""Following money: the way of one payment, and the flows of a whole region."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from apps.codes.models import FiscalYear
from apps.disbursement.models import PaymentRequest, PaymentRow
from apps.disbursement.selectors.flows import YearFlows
from apps.disbursement.selectors.tracking import stations_of
from apps.ledger.selectors.years import year_at_work
from apps.persons.selectors import masked
from imbudget.kit.actor import Reach
from imbudget.kit.charts import bar_chart, money_head
from imbudget.kit.errors import NotAllowed
from imbudget.kit.views import DetailPage, Tab, TemplatePage
from imbudget.kit.views.base import Crumb

LARGEST = 2**31 - 1


def _way(page: DetailPage, row: PaymentRow) -> dict[str, Any]:
    return {"stations": stations_of(page.actor, row)}


def _asks_for_a_part(request: Any) -> bool:
    """Whether a page asks for what has changed of it, by itself."""
    return bool(request.htmx and not request.htmx.boosted)


class PaymentTrack(DetailPage):
    """One payee's money from the upper level's document to the day that closed over it."""

    model = PaymentRow
    grant = "disbursement.see"
    tabs = (Tab("way", gettext_lazy("way of the money"), "disbursement/_way.html", _way),)
    template_name = "disbursement/track.html"

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.object = self.get_object()
        if _asks_for_a_part(request):
            shown = {"object": self.object, "is_part": True, **_way(self, self.object)}
            return TemplateResponse(request, "disbursement/_way.html", shown)
        return TemplateResponse(request, self.template_name, self.get_context_data())

    def get_queryset(self) -> Any:
        seen = PaymentRequest.objects.visible_to(self.actor)
        related = ("request__unit", "request__region", "request__account", "request__authority")
        return PaymentRow.objects.filter(request__in=seen).select_related(*related)

    def get_title(self) -> str:
        return f"{self.object.payee_name} {self.object.reference}"

    def get_crumbs(self) -> list[Crumb]:
        request = self.object.request
        return [
            Crumb(_("payment requests"), reverse("disbursement:requests")),
            Crumb(request.number, request.get_absolute_url()),
        ]

    def get_facts(self) -> list[tuple[Any, Any]]:
        row = self.object
        return [
            (_("payee"), row.payee_name),
            (_("account of the payee"), masked(self.actor, row, "payee_account")),
            (_("bank of the payee"), row.payee_bank or "–"),
            (_("amount"), row.amount),
            (_("budget unit"), row.request.unit),
            (_("region"), row.request.region),
        ]


class FlowsPage(TemplatePage):
    """What is on its way and was paid in the regions that a post reaches; asked for again every few seconds."""

    grant = "disbursement.see"
    template_name = "disbursement/flows.html"
    title = gettext_lazy("flows of money")

    def get_template_names(self) -> list[str]:
        if _asks_for_a_part(self.request):
            return [f"{self.template_name}#flows"]
        return [self.template_name]

    @cached_property
    def years(self) -> list[int]:
        return list(FiscalYear.objects.order_by("-year").values_list("year", flat=True))

    @cached_property
    def year(self) -> int:
        asked = self._number("year")
        return asked if asked in self.years else year_at_work()

    def _number(self, name: str) -> int | None:
        asked = self.request.GET.get(name, "")
        return int(asked) if asked.isascii() and asked.isdecimal() and int(asked) <= LARGEST else None

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        if self.actor.reach == Reach.UNITS:
            raise NotAllowed(_("The flows show whole regions: they are open to finance offices."))
        flows = YearFlows(self.actor, self.year)
        funds = flows.funds()
        fund = self._number("fund")
        if fund is None or fund not in dict(funds):
            fund = funds[0][0] if funds else None
        tables = [
            (_("by level"), flows.by_level()),
            (_("by region"), flows.by_region()),
            (_("by fund"), flows.by_fund()),
            (_("by economic class"), flows.by_category()),
        ]
        bars = [(line.label, line.paid, line.held) for line in tables[1][1]]
        head = money_head(_("paid and on its way, by region"), timezone.now(), self.request.money_unit)
        fund_label = dict(funds).get(fund, "")
        fund_head = money_head(_("way of one fund"), timezone.now(), self.request.money_unit, fund_label)
        return super().get_context_data(**kwargs) | {
            "year": self.year,
            "years": self.years,
            "funds": funds,
            "fund": fund,
            "tables": tables,
            "chart": bar_chart(head, bars, (pgettext("reconciliation", "paid"), _("on its way")), _("other")),
            "picture": flows.picture(fund_head, fund) if fund else None,
        }
