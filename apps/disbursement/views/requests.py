"""Payment requests: the list, a new one, the page of one with its payees and its way, and what is done with it."""

from typing import Any

from django.contrib import messages
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.disbursement import policies, services
from apps.disbursement.filters.requests import RequestFilter
from apps.disbursement.models import Business, PaymentRequest, RequestState, Voucher
from apps.disbursement.models.request import NUMBER, SETTLED
from apps.disbursement.selectors.failed import not_yet_repeated
from apps.disbursement.selectors.outflow import with_flows
from apps.disbursement.selectors.payees import payees_of
from apps.disbursement.services.requests import SUBJECT
from apps.disbursement.tables.requests import RequestTable
from apps.ledger.selectors.years import year_at_work
from apps.lowcode.panels import deciding, timeline_tab
from apps.lowcode.submitting import SubmitPage
from imbudget.kit.errors import Verdict, refused
from imbudget.kit.views import ActionPage, DetailPage, HistoryTab, ListPage, Tab
from imbudget.kit.views.base import Crumb
from imbudget.kit.views.detail import Act

RELATED = ("region", "unit", "authority", "account", "author", "again", "about", "contract", "stage")
# What every page of a request shows; the rest, which few have, is read where it is there: a join of ten tables takes the
# planner longer than all of these statements take the server.
SHOWN = ("region", "unit", "account", "author")


def request_crumbs(request: PaymentRequest | None = None) -> list[Crumb]:
    """The way back to the list, and to the request."""
    crumbs = [Crumb(_("payment requests"), reverse("disbursement:requests"))]
    return crumbs if request is None else [*crumbs, Crumb(request.number, request.get_absolute_url())]


class RequestList(ListPage):
    model = PaymentRequest
    table = RequestTable
    filters = RequestFilter
    grant = "disbursement.see"
    title = gettext_lazy("payment requests")
    empty_text = gettext_lazy("No payment has been asked for yet.")

    def initial_query(self) -> dict[str, Any]:
        return {"year": year_at_work()}

    def get_queryset(self) -> Any:
        return with_flows(super().get_queryset())

    @cached_property
    def rows(self) -> Any:
        """What is written like a number is looked for among numbers alone, from its beginning."""
        if NUMBER.fullmatch(self.search_text):
            return self.narrowed_rows.numbered(self.search_text)
        return super().rows

    def get_actions(self) -> list[tuple[Any, str]]:
        if not self.actor.can("disbursement.pay"):
            return []
        return [
            (_("ask for a payment"), reverse("disbursement:request_new")),
            (Business.BATCH.label, reverse("disbursement:request_new_batch")),
            (Business.SALARY.label, reverse("disbursement:request_new_salary")),
            (Business.CARD.label, reverse("disbursement:request_new_card")),
        ]


def _payees(page: DetailPage, request: PaymentRequest) -> dict[str, Any]:
    is_own = page.actor.can("disbursement.pay") and page.actor.holds_unit(request.unit_id)
    may_change = is_own and request.state in SETTLED and request.business != Business.REFUND
    return payees_of(request) | {"may_change": may_change}


def _voucher(page: DetailPage, request: PaymentRequest) -> dict[str, Any]:
    voucher = Voucher.objects.filter(request=request).defer("body").first()
    if voucher is None:
        return {"voucher": None}
    return {
        "voucher": voucher,
        "sent": list(voucher.messages.order_by("pk").defer("raw")),
        "received": list(voucher.answers.order_by("pk").defer("raw")),
    }


class RequestDetail(DetailPage):
    model = PaymentRequest
    grant = "disbursement.see"
    template_name = "disbursement/request.html"
    tabs = (
        Tab("payees", gettext_lazy("payees"), "disbursement/_payees.html", _payees),
        timeline_tab(SUBJECT),
        Tab("voucher", gettext_lazy("voucher and treasury"), "disbursement/_voucher.html", _voucher),
        HistoryTab,
    )

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related(*SHOWN)

    def get_title(self) -> str:
        return self.object.number

    def get_crumbs(self) -> list[Crumb]:
        return request_crumbs()

    def get_facts(self) -> list[tuple[Any, Any]]:
        request = self.object
        return [
            (_("budget unit"), request.unit),
            (_("region"), request.region),
            (_("fiscal year"), request.year_id),
            (_("purpose"), request.purpose),
            (_("type of business"), request.get_business_display()),
            (_("way of settling"), request.get_settlement_display()),
            (_("account to pay from"), request.account),
            (_("author"), request.author or "–"),
            (_("handed in at"), request.submitted_at or "–"),
            *self._more_facts(request),
        ]

    def _more_facts(self, request: PaymentRequest) -> list[tuple[Any, Any]]:
        """What only some types of business have."""
        period = request.period
        linked = (
            (_("payroll period"), f"{period:%Y-%m}" if period else ""),
            (_("pays again"), request.again),
            (_("changes the payment"), request.about),
            (_("contract"), request.contract),
            (_("stage of the contract"), request.stage),
        )
        return [(label, value) for label, value in linked if value]

    def get_acts(self) -> list[Act]:
        request, actor = self.object, self.actor
        acts = [
            *deciding(actor, SUBJECT, request),
            self._act(_("submit"), "submit", policies.may_submit(actor, request), primary=True),
            self._act(_("edit"), "edit", policies.may_edit_by_hand(actor, request)),
            self._act(_("pay what failed again"), "again", self._may_pay_again(), primary=True),
            self._act(
                _("the money has come back"), "refunded", policies.may_confirm_refund(actor, request), primary=True
            ),
            self._act(_("take back"), "withdraw", policies.may_withdraw(actor, request)),
            self._act(_("give up"), "abandon", policies.may_abandon(actor, request), danger=True),
        ]
        return [act for act in acts if act.verdict]

    def _may_pay_again(self) -> Verdict:
        verdict = policies.may_pay_again(self.actor, self.object)
        if verdict and not not_yet_repeated(self.object).exists():
            return refused("")
        return verdict

    def _act(self, label: str, name: str, verdict: Verdict, **look: bool) -> Act:
        return Act(label, reverse(f"disbursement:request_{name}", args=[self.object.pk]), verdict, **look)


class RequestAction(ActionPage):
    model = PaymentRequest

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related(*RELATED)

    def get_crumbs(self) -> list[Crumb]:
        return request_crumbs(self.object)


class RequestSubmit(SubmitPage, RequestAction):
    title = gettext_lazy("submit")
    question = gettext_lazy("Hand this request in for approval?")
    consequence = gettext_lazy("Its money is held back from now on; until it is decided it can be taken back.")
    submit_label = gettext_lazy("submit")
    success_message = gettext_lazy("Handed in. The timeline shows who has it now.")

    def allowed(self, obj: PaymentRequest) -> Verdict:
        return policies.may_submit(self.actor, obj)

    def act(self, obj: PaymentRequest, form: Any) -> None:
        services.submit_request(self.actor, obj, chosen=form.chosen())

    def say_done(self, obj: PaymentRequest) -> None:
        if obj.state != RequestState.STOPPED:
            super().say_done(obj)
            return
        text = _("Not handed in: monitoring has stopped it. %(reasons)s") % {"reasons": " ".join(obj.watched["stops"])}
        messages.warning(self.request, text)

    def subject(self, obj: PaymentRequest) -> str:
        return SUBJECT


class RequestWithdraw(RequestAction):
    title = gettext_lazy("take back")
    question = gettext_lazy("Take this request back?")
    consequence = gettext_lazy("It is a draft again, and its money is free.")
    submit_label = gettext_lazy("take back")
    success_message = gettext_lazy("The request is a draft again.")

    def allowed(self, obj: PaymentRequest) -> Verdict:
        return policies.may_withdraw(self.actor, obj)

    def act(self, obj: PaymentRequest, form: Any) -> None:
        services.withdraw_request(self.actor, obj)


class RequestAbandon(RequestAction):
    title = gettext_lazy("give up")
    question = gettext_lazy("Give this request up for good?")
    consequence = gettext_lazy("It stays to be read and is never paid.")
    submit_label = gettext_lazy("give up")
    success_message = gettext_lazy("The request is given up.")
    danger = True

    def allowed(self, obj: PaymentRequest) -> Verdict:
        return policies.may_abandon(self.actor, obj)

    def act(self, obj: PaymentRequest, form: Any) -> None:
        services.abandon_request(self.actor, obj)
