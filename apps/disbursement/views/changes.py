"""After a payment: paying again what failed, refunds, corrections, and the treasury's word that a refund has come."""

from typing import Any

from django.http import Http404
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.disbursement import policies, services
from apps.disbursement.forms.requests import CorrectionForm, ReceivedForm, RefundForm
from apps.disbursement.models import PaymentRequest, PaymentRow
from apps.disbursement.selectors.comeback import come_back
from apps.disbursement.views.requests import RequestAction, request_crumbs
from imbudget.kit.errors import Verdict
from imbudget.kit.views import FormPage
from imbudget.kit.views.base import Crumb


class RequestAgain(RequestAction):
    title = gettext_lazy("pay what failed again")
    question = gettext_lazy("Begin a request that pays what failed of this one?")
    consequence = gettext_lazy("It is a draft linked to this request; names and accounts can be mended in it.")
    submit_label = gettext_lazy("begin")
    success_message = gettext_lazy("The draft stands. Mend names and accounts, then hand it in.")

    def allowed(self, obj: PaymentRequest) -> Verdict:
        return policies.may_pay_again(self.actor, obj)

    def act(self, obj: PaymentRequest, form: Any) -> str:
        return services.pay_again(self.actor, obj).get_absolute_url()


class RefundReceived(RequestAction):
    form_class = ReceivedForm
    title = gettext_lazy("the money has come back")
    question = gettext_lazy("Has the treasury received this refund?")
    consequence = gettext_lazy("The authority that paid has the money again.")
    success_message = gettext_lazy("The refund is booked.")

    def get_initial(self, obj: PaymentRequest) -> dict[str, Any]:
        entry = come_back(obj)
        return {} if entry is None else {"bank_reference": entry.bank_reference, "received_on": entry.booked_on}

    def get_more(self, obj: PaymentRequest, form: Any) -> dict[str, Any]:
        if come_back(obj) is not None:
            return {}
        return {"consequence": _("The authority that paid has the money again. No statement shows this money yet.")}

    def allowed(self, obj: PaymentRequest) -> Verdict:
        return policies.may_confirm_refund(self.actor, obj)

    def act(self, obj: PaymentRequest, form: Any) -> None:
        values = form.cleaned_data
        services.confirm_refund(self.actor, obj, values["bank_reference"], values["received_on"])


class RowPage(FormPage):
    """A form about one payee of a request who was paid."""

    grant = "disbursement.see"
    submit_label = gettext_lazy("begin")

    @cached_property
    def row(self) -> PaymentRow:
        rows = PaymentRow.objects.filter(request__in=PaymentRequest.objects.visible_to(self.actor))
        related = rows.select_related("request__region", "request__unit", "request__authority", "request__account")
        row = related.filter(pk=self.kwargs["pk"]).first()
        if row is None:
            raise Http404
        return row

    def allowed(self) -> Verdict:
        return policies.may_change(self.actor, self.row)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"actor": self.actor, "initial": {"amount": self.row.left}}

    def get_crumbs(self) -> list[Crumb]:
        return request_crumbs(self.row.request)

    def get_cancel_url(self) -> str:
        return self.row.request.get_absolute_url()

    def get_context_data(self, form: Any) -> dict[str, Any]:
        words = {"payee": self.row.payee_name, "paid": f"{self.row.amount:,.2f}", "left": f"{self.row.left:,.2f}"}
        lead = _("%(paid)s was paid to %(payee)s; %(left)s of it can be given back or corrected.") % words
        return super().get_context_data(form) | {"help_text": f"{lead} {self.help_text}"}


class RefundNew(RowPage):
    form_class = RefundForm
    title = gettext_lazy("refund of a payment")
    help_text = gettext_lazy(
        "The payee returns the money to the treasury; once it is there, the authority has it again."
    )

    def save(self, form: RefundForm) -> str:
        values = form.cleaned_data
        return services.draw_up_refund(self.actor, self.row, values["amount"], values["purpose"]).get_absolute_url()


class CorrectionNew(RowPage):
    form_class = CorrectionForm
    title = gettext_lazy("correction of a payment")
    help_text = gettext_lazy(
        "No cash moves: the authority that paid gets the amount back, and the other one has paid it."
    )

    def save(self, form: CorrectionForm) -> str:
        values = form.cleaned_data
        made = services.draw_up_correction(
            self.actor, self.row, form.chosen_authority(), values["amount"], values["purpose"]
        )
        return made.get_absolute_url()
