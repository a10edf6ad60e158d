"""Payment requests: the list, a new one, the page of one with its payees and its way, and what is done with it."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.disbursement import policies, services
from apps.disbursement.filters.requests import RequestFilter
from apps.disbursement.forms.requests import RequestForm
from apps.disbursement.models import PaymentRequest, Voucher
from apps.disbursement.selectors.choices import accounts_for, authorities_for
from apps.disbursement.selectors.payees import payees_of
from apps.disbursement.services.requests import SUBJECT
from apps.disbursement.tables.requests import RequestTable
from apps.ledger.selectors.years import year_at_work
from apps.lowcode.panels import timeline_tab
from apps.lowcode.submitting import SubmitPage
from imbudget.kit.errors import ALLOWED, Verdict, refused
from imbudget.kit.views import ActionPage, DetailPage, FormPage, HistoryTab, ListPage, Tab
from imbudget.kit.views.base import Crumb
from imbudget.kit.views.detail import Act

RELATED = ("region", "unit", "authority", "account", "author", "again")


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

    def get_actions(self) -> list[tuple[Any, str]]:
        return (
            [(_("ask for a payment"), reverse("disbursement:request_new"))]
            if self.actor.can("disbursement.pay")
            else []
        )


class RequestNew(FormPage):
    """One payee out of one authority."""

    form_class = RequestForm
    grant = "disbursement.see"
    title = gettext_lazy("ask for a payment")
    submit_label = gettext_lazy("save")
    help_text = gettext_lazy("Nothing is held before the request has been handed in.")

    def allowed(self) -> Verdict:
        if not self.actor.can("disbursement.pay"):
            return refused(_("Only the unit itself asks for payments out of its authority."))
        return ALLOWED

    def obstacle(self) -> str:
        """What the unit lacks although its post may pay: nothing that another post would change."""
        if not authorities_for(self.actor).exists():
            return _("The unit has no issued authority with money left in books that are open.")
        if not accounts_for(self.actor).exists():
            return _("No account pays for the unit yet: the system administrator enters it first.")
        return ""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.check_allowed()
        return self._blocked(200) or super().get(request, **kwargs)

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        self.check_allowed()
        return self._blocked(422) or super().post(request, **kwargs)

    def _blocked(self, status: int) -> HttpResponse | None:
        obstacle = self.obstacle()
        if not obstacle:
            return None
        context = {"title": self.get_title(), "crumbs": self.get_crumbs(), "obstacle": obstacle}
        context["cancel_url"] = self.get_cancel_url()
        return TemplateResponse(self.request, "disbursement/obstacle.html", context, status=status)

    def get_form_kwargs(self) -> dict[str, Any]:
        chosen = self.request.GET.get("authority", "")
        return {
            "actor": self.actor,
            "initial": {"authority": int(chosen)} if chosen.isdecimal() and len(chosen) < 19 else {},
        }

    def get_crumbs(self) -> list[Crumb]:
        return request_crumbs()

    def get_cancel_url(self) -> str:
        return reverse("disbursement:requests")

    def save(self, form: RequestForm) -> str:
        values = form.cleaned_data
        return services.draw_up(self.actor, values["authority"], values, form.rows()).get_absolute_url()


class RequestEdit(FormPage):
    """The same for a draft or a returned request."""

    form_class = RequestForm
    grant = "disbursement.see"
    title = gettext_lazy("edit")
    submit_label = gettext_lazy("save")

    @cached_property
    def object(self) -> PaymentRequest:
        rows = PaymentRequest.objects.visible_to(self.actor).select_related(*RELATED)
        request = rows.filter(pk=self.kwargs["pk"]).first()
        if request is None:
            raise Http404
        return request

    def allowed(self) -> Verdict:
        return policies.may_edit(self.actor, self.object)

    def get_form_kwargs(self) -> dict[str, Any]:
        request, row = self.object, self.object.rows.first()
        initial = {
            name: getattr(request, name) for name in ("account", "business", "settlement", "purpose", "revision")
        }
        if row is not None:
            names = ("payee_name", "payee_account", "payee_bank", "payee_bank_code", "amount")
            initial |= {name: getattr(row, name) for name in names}
        return {"actor": self.actor, "request": request, "initial": initial}

    def get_crumbs(self) -> list[Crumb]:
        return request_crumbs(self.object)

    def get_cancel_url(self) -> str:
        return self.object.get_absolute_url()

    def save(self, form: RequestForm) -> str:
        values = form.cleaned_data
        services.save_request(self.actor, self.object, values["revision"] or 0, values, form.rows())
        return self.object.get_absolute_url()


def _payees(page: DetailPage, request: PaymentRequest) -> dict[str, Any]:
    return payees_of(request)


def _voucher(page: DetailPage, request: PaymentRequest) -> dict[str, Any]:
    voucher = Voucher.objects.filter(request=request).first()
    if voucher is None:
        return {"voucher": None}
    return {
        "voucher": voucher,
        "sent": list(voucher.messages.order_by("pk")),
        "received": list(voucher.answers.order_by("pk")),
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
        return super().get_queryset().select_related(*RELATED)

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
        ]

    def get_acts(self) -> list[Act]:
        request, actor = self.object, self.actor
        acts = [
            self._act(_("submit"), "submit", policies.may_submit(actor, request), primary=True),
            self._act(_("edit"), "edit", policies.may_edit(actor, request)),
            self._act(_("take back"), "withdraw", policies.may_withdraw(actor, request)),
            self._act(_("give up"), "abandon", policies.may_abandon(actor, request), danger=True),
        ]
        return [act for act in acts if act.verdict]

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
