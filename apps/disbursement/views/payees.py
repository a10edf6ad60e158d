"""The register of payees: the list, one of them, entering and correcting, closing, a file of many."""

from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from apps.disbursement import policies, services
from apps.disbursement.filters.payees import PayeeFilter
from apps.disbursement.forms.payees import PayeeForm, PayeesFileForm
from apps.disbursement.models import Payee
from apps.disbursement.services.payeefiles import HEADS, bring_in, empty_table
from apps.disbursement.tables.payees import PayeeTable
from apps.persons.selectors import masked
from imbudget.kit.errors import RuleViolation, Verdict, refused
from imbudget.kit.export import MIME
from imbudget.kit.views import ActionPage, DetailPage, FormPage, HistoryTab, KitView, ListPage, Tab
from imbudget.kit.views.action import ReasonForm
from imbudget.kit.views.base import Crumb
from imbudget.kit.views.detail import Act
from imbudget.kit.views.list import content_disposition

MOST_ERRORS = 500


def payee_crumbs(payee: Payee | None = None) -> list[Crumb]:
    """The way back to the register, and to the payee."""
    crumbs = [Crumb(pgettext("register", "payees"), reverse("disbursement:payees"))]
    return crumbs if payee is None else [*crumbs, Crumb(payee.name, payee.get_absolute_url())]


class PayeeList(ListPage):
    model = Payee
    table = PayeeTable
    filters = PayeeFilter
    grant = "disbursement.see"
    title = pgettext_lazy("register", "payees")
    empty_text = gettext_lazy("No payee is known yet: whoever is paid for the first time comes in by himself.")

    def get_actions(self) -> list[tuple[Any, str]]:
        if not policies.may_enter_payee(self.actor):
            return []
        return [
            (_("enter a payee"), reverse("disbursement:payee_new")),
            (_("payees from a file"), reverse("disbursement:payee_import")),
        ]


def _paid(page: DetailPage, payee: Payee) -> dict[str, Any]:
    return {"contracts": list(payee.contracts.visible_to(page.actor).order_by("-pk")[:50])}


class PayeeDetail(DetailPage):
    model = Payee
    person = True
    grant = "disbursement.see"
    tabs = (Tab("contracts", gettext_lazy("contracts"), "disbursement/_payee_contracts.html", _paid), HistoryTab)

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("region", "unit")

    def get_title(self) -> str:
        return self.object.name

    def get_crumbs(self) -> list[Crumb]:
        return payee_crumbs()

    def get_facts(self) -> list[tuple[Any, Any]]:
        payee = self.object
        standing = pgettext("payee", "open") if payee.is_open else pgettext("payee", "closed")
        return [
            (_("kind of payee"), payee.get_kind_display()),
            (_("account of the payee"), masked(self.actor, payee, "account")),
            (_("bank of the payee"), payee.bank_name or "–"),
            (_("number of the bank"), payee.bank_code or "–"),
            (_("ID number or unified social credit code"), masked(self.actor, payee, "id_number") or "–"),
            (_("budget unit"), payee.unit or "–"),
            (_("staff of the unit"), _("yes") if payee.is_staff else _("no")),
            (_("from where"), payee.get_origin_display()),
            (_("state"), standing),
            *([(_("why it is closed"), payee.closed_reason)] if payee.closed_reason else []),
        ]

    def get_acts(self) -> list[Act]:
        payee, may = self.object, policies.may_change_payee(self.actor, self.object)
        pays = self.actor.can("disbursement.pay") and payee.is_open
        to_pay = f"{reverse('disbursement:request_new')}?payee={payee.pk}"
        acts = [
            Act(_("ask for a payment"), to_pay, may if pays else refused(""), primary=True),
            self._act(_("edit"), "payee_edit", may),
            self._act(_("close the account"), "payee_close", may if payee.is_open else refused(""), danger=True),
            self._act(_("open again"), "payee_reopen", may if not payee.is_open else refused("")),
        ]
        return [act for act in acts if act.verdict]

    def _act(self, label: str, name: str, verdict: Verdict, **look: bool) -> Act:
        return Act(label, reverse(f"disbursement:{name}", args=[self.object.pk]), verdict, **look)


class PayeeNew(FormPage):
    form_class: Any = PayeeForm
    grant = "disbursement.see"
    title = gettext_lazy("enter a payee")
    submit_label = gettext_lazy("save")

    def allowed(self) -> Verdict:
        return policies.may_enter_payee(self.actor)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"actor": self.actor}

    def get_crumbs(self) -> list[Crumb]:
        return payee_crumbs()

    def get_cancel_url(self) -> str:
        return reverse("disbursement:payees")

    def save(self, form: PayeeForm) -> str:
        return services.enter_payee(self.actor, form.cleaned_data).get_absolute_url()


class PayeeEdit(PayeeNew):
    title = gettext_lazy("edit")

    @cached_property
    def object(self) -> Payee:
        payee = Payee.objects.visible_to(self.actor).filter(pk=self.kwargs["pk"]).first()
        if payee is None:
            raise Http404
        return payee

    def allowed(self) -> Verdict:
        return policies.may_change_payee(self.actor, self.object)

    def get_form_kwargs(self) -> dict[str, Any]:
        names = ("kind", "name", "account", "bank_name", "bank_code", "id_number", "is_staff")
        initial = {name: getattr(self.object, name) for name in names}
        return {"actor": self.actor, "initial": initial, "held": self.object}

    def get_crumbs(self) -> list[Crumb]:
        return payee_crumbs(self.object)

    def get_cancel_url(self) -> str:
        return self.object.get_absolute_url()

    def save(self, form: PayeeForm) -> str:
        return services.change_payee(self.actor, self.object, form.cleaned_data).get_absolute_url()


class PayeeAction(ActionPage):
    model = Payee
    grant = "disbursement.see"

    def allowed(self, obj: Payee) -> Verdict:
        return policies.may_change_payee(self.actor, obj)

    def get_crumbs(self) -> list[Crumb]:
        return payee_crumbs(self.object)


class PayeeClose(PayeeAction):
    form_class = ReasonForm
    title = gettext_lazy("close the account")
    question = gettext_lazy("Shall nobody pay into this account any more?")
    consequence = gettext_lazy("Whoever tries is told the reason.")
    danger = True

    def act(self, obj: Payee, form: Any) -> None:
        services.close_payee(self.actor, obj, form.cleaned_data["reason"])


class PayeeReopen(PayeeAction):
    title = gettext_lazy("open again")
    question = gettext_lazy("May this account be paid into again?")

    def act(self, obj: Payee, form: Any) -> None:
        services.reopen_payee(self.actor, obj)


class PayeeImport(PayeeNew):
    """A table file of payees, such as the staff of a unit."""

    form_class = PayeesFileForm
    template_name = "disbursement/payee_import.html"
    title = gettext_lazy("payees from a file")
    submit_label = gettext_lazy("take the payees over")
    multipart = True
    bad: list[tuple[int, str, str]] = []

    def get_form_kwargs(self) -> dict[str, Any]:
        return {}

    def save(self, form: Any) -> str:
        file = form.cleaned_data["file"]
        is_staff = form.cleaned_data["is_staff"] and bool(self.actor.unit_ids)
        with NamedTemporaryFile() as kept:
            for chunk in file.chunks():
                kept.write(chunk)
            kept.flush()
            count, self.bad = bring_in(self.actor, Path(kept.name), file.name, is_staff)
        if self.bad:
            raise RuleViolation(_("Nothing was taken over: some rows of the file cannot be paid."))
        messages.success(self.request, _("%(count)s payees were taken over.") % {"count": count})
        return reverse("disbursement:payees")

    def get_context_data(self, form: Any) -> dict[str, Any]:
        context = {"bad": self.bad[:MOST_ERRORS], "bad_count": len(self.bad), "columns": list(HEADS)}
        return super().get_context_data(form) | context


class PayeeTemplate(KitView):
    """The empty table of payees."""

    grant = "disbursement.see"

    def get(self, request: HttpRequest) -> HttpResponse:
        response = HttpResponse(empty_table(), content_type=MIME["xlsx"])
        response["Content-Disposition"] = content_disposition("收款人导入模板.xlsx")
        return response
