"""A roster that is paid: requests drawn up, failed lines corrected and paid again, payments stopped."""

from typing import Any

from django.contrib import messages
from django.http import Http404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy, ngettext

from apps.subsidy import policies
from apps.subsidy.forms.rosters import CorrectionForm, PayForm
from apps.subsidy.models import Roster, RosterLine
from apps.subsidy.selectors.lines import lines_for
from apps.subsidy.services import corrections, payments
from apps.subsidy.views.lines import line_crumbs
from apps.subsidy.views.rosteracts import RosterAction
from apps.subsidy.views.rosters import RELATED, roster_crumbs
from imbudget.kit.errors import Verdict
from imbudget.kit.views import ActionPage, FormPage
from imbudget.kit.views.action import ReasonForm
from imbudget.kit.views.base import Crumb


def made_text(count: int) -> str:
    text = ngettext(
        "%(count)s payment request has been drawn up.", "%(count)s payment requests have been drawn up.", count
    )
    return text % {"count": count}


class RosterPay(FormPage):
    form_class = PayForm
    grant = "subsidy.see"
    title = gettext_lazy("ask for the payments")
    submit_label = gettext_lazy("draw the requests up")
    help_text = gettext_lazy("At most 10,000 households come into one request. Each request is handed in for itself.")

    @cached_property
    def object(self) -> Roster:
        found = Roster.objects.visible_to(self.actor).select_related(*RELATED).filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise Http404
        return found

    def allowed(self) -> Verdict:
        return policies.may_pay(self.actor, self.object)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"actor": self.actor, "roster": self.object, "purpose": payments.purpose_of(self.object)}

    def get_crumbs(self) -> list[Crumb]:
        return roster_crumbs(self.object)

    def get_cancel_url(self) -> str:
        return self.object.get_absolute_url()

    def save(self, form: PayForm) -> str:
        given = form.cleaned_data
        made = payments.draw_up_payments(
            self.actor, self.object, given["authority"], given["account"], given["purpose"]
        )
        messages.success(self.request, made_text(len(made)))
        return f"{self.object.get_absolute_url()}?tab=payments"


class RosterAgain(RosterAction):
    title = gettext_lazy("pay corrected lines again")
    question = gettext_lazy("Pay the corrected lines again?")
    consequence = gettext_lazy("A new request follows each one whose rows have failed.")
    submit_label = gettext_lazy("draw the requests up")

    def allowed(self, obj: Roster) -> Verdict:
        return policies.may_pay(self.actor, obj)

    def act(self, obj: Roster, form: Any) -> str:
        messages.success(self.request, made_text(len(payments.pay_again(self.actor, obj))))
        return f"{obj.get_absolute_url()}?tab=payments"


class RosterStopDead(RosterAction):
    title = gettext_lazy("stop dead persons")
    question = gettext_lazy("Stop the payments to everybody on the list of dead persons?")
    consequence = gettext_lazy("What is not on its way is given back; it is not paid any more.")
    submit_label = gettext_lazy("stop dead persons")
    danger = True

    def allowed(self, obj: Roster) -> Verdict:
        return policies.may_stop(self.actor, obj)

    def act(self, obj: Roster, form: Any) -> None:
        count = payments.stop_dead(self.actor, obj)
        text = ngettext("%(count)s line has been stopped.", "%(count)s lines have been stopped.", count)
        messages.success(self.request, text % {"count": count})


class LineCorrect(FormPage):
    form_class = CorrectionForm
    grant = "subsidy.see"
    title = gettext_lazy("correct the payee")
    submit_label = gettext_lazy("save")
    success_message = gettext_lazy("Corrected. The line can be paid again.")

    @cached_property
    def object(self) -> RosterLine:
        found = lines_for(self.actor).filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise Http404
        return found

    def allowed(self) -> Verdict:
        return policies.may_pay(self.actor, self.object.roster)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"line": self.object}

    def get_crumbs(self) -> list[Crumb]:
        return line_crumbs(self.object.roster, self.object)

    def get_cancel_url(self) -> str:
        return reverse("subsidy:line", args=[self.object.pk])

    def save(self, form: CorrectionForm) -> str:
        values = dict(form.cleaned_data)
        corrections.correct_line(self.actor, self.object, values, values.pop("reason"))
        return self.get_cancel_url()


class LineStop(ActionPage):
    model = RosterLine
    form_class = ReasonForm
    title = gettext_lazy("stop the payment")
    question = gettext_lazy("Stop the payment to this household?")
    consequence = gettext_lazy("Its money is given back; it is not paid any more.")
    submit_label = gettext_lazy("stop the payment")
    success_message = gettext_lazy("The payment has been stopped.")
    danger = True

    def get_queryset(self) -> Any:
        return lines_for(self.actor)

    def allowed(self, obj: RosterLine) -> Verdict:
        return policies.may_stop(self.actor, obj.roster)

    def get_crumbs(self) -> list[Crumb]:
        return line_crumbs(self.object.roster, self.object)

    def get_success_url(self, obj: RosterLine) -> str:
        return reverse("subsidy:line", args=[obj.pk])

    def act(self, obj: RosterLine, form: ReasonForm) -> None:
        payments.stop_line(self.actor, obj, form.cleaned_data["reason"])
