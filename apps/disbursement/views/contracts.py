"""Contracts: the list, one with what is paid, held and left of it, writing it, its way, its scans."""

from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.disbursement import policies
from apps.disbursement.filters.payees import ContractFilter
from apps.disbursement.forms.papers import ContractFileForm, ContractForm
from apps.disbursement.models import Contract, ContractFile
from apps.disbursement.paperrows import STAGES, read_stages, stored_stages
from apps.disbursement.selectors.contracts import standing
from apps.disbursement.selectors.papers import contract_to_sign
from apps.disbursement.services import contracts
from apps.disbursement.services.papers import CONTRACT_PAPER
from apps.disbursement.tables.payees import ContractTable
from apps.disbursement.views.papers import TableMixin
from apps.lowcode.panels import deciding, timeline_tab
from apps.lowcode.submitting import SubmitPage
from apps.regions.models import Unit
from imbudget.kit.errors import ALLOWED, Verdict, refused
from imbudget.kit.views import ActionPage, DetailPage, FormPage, HistoryTab, ListPage, Tab
from imbudget.kit.views.base import Crumb
from imbudget.kit.views.detail import Act

SHOWN = 200


def contract_crumbs(contract: Contract | None = None) -> list[Crumb]:
    """The way back to the list, and to the contract."""
    crumbs = [Crumb(_("contracts"), reverse("disbursement:contracts"))]
    return crumbs if contract is None else [*crumbs, Crumb(contract.number, contract.get_absolute_url())]


class ContractList(ListPage):
    model = Contract
    table = ContractTable
    filters = ContractFilter
    grant = "disbursement.see"
    title = gettext_lazy("contracts")
    empty_text = gettext_lazy("No contract yet: enter one, have it approved, then payments can name it.")

    def get_actions(self) -> list[tuple[Any, str]]:
        may = self.actor.can("disbursement.pay") and self.actor.unit_ids
        return [(_("enter a contract"), reverse("disbursement:contract_new"))] if may else []


def _stages(page: DetailPage, contract: Contract) -> dict[str, Any]:
    return contract_to_sign(contract)


def _payments(page: DetailPage, contract: Contract) -> dict[str, Any]:
    rows = contract.requests.visible_to(page.actor).select_related("stage").order_by("-pk")
    return {"payments": list(rows[:SHOWN])}


def _files(page: DetailPage, contract: Contract) -> dict[str, Any]:
    files = list(contract.attachments.select_related("file__uploaded_by"))
    may = {"may_drop": policies.may_edit_contract(page.actor, contract)}
    return {"attachments": files, "may_attach": policies.may_attach(page.actor, contract)} | may


class ContractDetail(DetailPage):
    model = Contract
    grant = "disbursement.see"
    template_name = "disbursement/contract.html"
    tabs = (
        Tab("stages", gettext_lazy("stages of a contract"), "disbursement/_stages.html", _stages),
        Tab("payments", gettext_lazy("payments"), "disbursement/_contract_payments.html", _payments),
        Tab("files", gettext_lazy("attachments"), "disbursement/_contract_files.html", _files),
        timeline_tab(CONTRACT_PAPER.subject),
        HistoryTab,
    )

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("region", "unit", "payee", "author")

    def get_title(self) -> str:
        return self.object.name

    def get_crumbs(self) -> list[Crumb]:
        return contract_crumbs()

    def get_context_data(self) -> dict[str, Any]:
        return super().get_context_data() | {"standing": standing(self.object)}

    def get_facts(self) -> list[tuple[Any, Any]]:
        contract = self.object
        return [
            (_("number of the contract"), contract.number),
            (_("budget unit"), contract.unit),
            (_("payee"), contract.payee),
            (_("signed on"), contract.signed_on),
            (_("retention kept until"), contract.retention_until or "–"),
            (_("author"), contract.author or "–"),
        ]

    def get_acts(self) -> list[Act]:
        contract, actor = self.object, self.actor
        acts = [
            *deciding(actor, CONTRACT_PAPER.subject, contract),
            self._act(_("submit"), "submit", policies.may_submit_contract(actor, contract), primary=True),
            self._act(_("edit"), "edit", policies.may_edit_contract(actor, contract)),
            self._act(_("take back"), "withdraw", policies.may_withdraw_contract(actor, contract)),
            self._act(_("attach a file"), "attach", policies.may_attach(actor, contract)),
            self._act(_("close the contract"), "close", policies.may_close_contract(actor, contract), danger=True),
        ]
        return [act for act in acts if act.verdict]

    def _act(self, label: str, name: str, verdict: Verdict, **look: bool) -> Act:
        return Act(label, reverse(f"disbursement:contract_{name}", args=[self.object.pk]), verdict, **look)


class ContractNew(TableMixin, FormPage):
    form_class: Any = ContractForm
    template_name = "disbursement/request_edit.html"
    grant = "disbursement.see"
    title = gettext_lazy("enter a contract")
    submit_label = gettext_lazy("save")
    part = STAGES

    def allowed(self) -> Verdict:
        if not self.actor.can("disbursement.pay") or not self.actor.unit_ids:
            return refused(_("Only the unit itself writes its contracts and plans."))
        return ALLOWED

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"actor": self.actor}

    def get_crumbs(self) -> list[Crumb]:
        return contract_crumbs()

    def get_cancel_url(self) -> str:
        return reverse("disbursement:contracts")

    def get_context_data(self, form: Any) -> dict[str, Any]:
        return super().get_context_data(form) | {"view": self.view_of_rows()}

    def save(self, form: ContractForm) -> str:
        stages, errors = read_stages(self.sent())
        self.refuse(errors)
        unit = Unit.objects.get(pk=self.actor.unit_ids[0])
        return contracts.draw_up_contract(self.actor, unit, form.values(), stages).get_absolute_url()


class ContractPage(FormPage):
    """A form about a contract that stands."""

    grant = "disbursement.see"

    @cached_property
    def object(self) -> Contract:
        rows = Contract.objects.visible_to(self.actor).select_related("region", "unit", "payee")
        contract = rows.filter(pk=self.kwargs["pk"]).first()
        if contract is None:
            raise Http404
        return contract

    def get_crumbs(self) -> list[Crumb]:
        return contract_crumbs(self.object)

    def get_cancel_url(self) -> str:
        return self.object.get_absolute_url()


class ContractEdit(TableMixin, ContractPage):
    form_class: Any = ContractForm
    template_name = "disbursement/request_edit.html"
    title = gettext_lazy("edit")
    submit_label = gettext_lazy("save")
    part = STAGES

    def allowed(self) -> Verdict:
        return policies.may_edit_contract(self.actor, self.object)

    def stored(self) -> list[dict[str, str]]:
        return stored_stages(self.object)

    def get_form_kwargs(self) -> dict[str, Any]:
        names = ("number", "name", "amount", "retention", "retention_until", "signed_on", "revision")
        initial = {name: getattr(self.object, name) for name in names} | {"payee": self.object.payee_id}
        return {"actor": self.actor, "initial": initial}

    def get_context_data(self, form: Any) -> dict[str, Any]:
        return super().get_context_data(form) | {"view": self.view_of_rows()}

    def save(self, form: ContractForm) -> str:
        stages, errors = read_stages(self.sent())
        self.refuse(errors)
        revision = form.cleaned_data["revision"] or 0
        contracts.save_contract(self.actor, self.object, revision, form.values(), stages)
        return self.object.get_absolute_url()


class ContractAttach(ContractPage):
    form_class: Any = ContractFileForm
    title = gettext_lazy("attach a file")
    submit_label = gettext_lazy("attach")
    template_name = "disbursement/attach.html"
    multipart = True

    def allowed(self) -> Verdict:
        return policies.may_attach(self.actor, self.object)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"contract": self.object}

    def save(self, form: ContractFileForm) -> str:
        contracts.attach_to_contract(self.actor, self.object, form.cleaned_data["file"])
        return f"{self.object.get_absolute_url()}?tab=files"


class ContractDetach(ActionPage):
    model = ContractFile
    grant = "disbursement.see"
    title = gettext_lazy("take the attachment away")
    question = gettext_lazy("Take this attachment away?")
    submit_label = gettext_lazy("take away")
    danger = True

    def get_queryset(self) -> Any:
        rows = ContractFile.objects.filter(contract__in=Contract.objects.visible_to(self.actor))
        return rows.select_related("contract__unit", "file__region", "file__unit")

    def allowed(self, obj: ContractFile) -> Verdict:
        return policies.may_edit_contract(self.actor, obj.contract)

    def act(self, obj: ContractFile, form: Any) -> None:
        contracts.detach_from_contract(self.actor, obj)

    def get_success_url(self, obj: ContractFile) -> str:
        return f"{obj.contract.get_absolute_url()}?tab=files"

    def get_crumbs(self) -> list[Crumb]:
        return contract_crumbs(self.object.contract)


class ContractAction(ActionPage):
    model = Contract

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("region", "unit", "payee")

    def get_crumbs(self) -> list[Crumb]:
        return contract_crumbs(self.object)


class ContractSubmit(SubmitPage, ContractAction):
    title = gettext_lazy("submit")
    question = gettext_lazy("Hand this contract in for approval?")
    submit_label = gettext_lazy("submit")
    success_message = gettext_lazy("Handed in. The timeline shows who has it now.")

    def allowed(self, obj: Contract) -> Verdict:
        return policies.may_submit_contract(self.actor, obj)

    def act(self, obj: Contract, form: Any) -> None:
        contracts.submit_contract(self.actor, obj, chosen=form.chosen())

    def subject(self, obj: Contract) -> str:
        return CONTRACT_PAPER.subject


class ContractWithdraw(ContractAction):
    title = gettext_lazy("take back")
    question = gettext_lazy("Take this contract back?")
    submit_label = gettext_lazy("take back")

    def allowed(self, obj: Contract) -> Verdict:
        return policies.may_withdraw_contract(self.actor, obj)

    def act(self, obj: Contract, form: Any) -> None:
        contracts.withdraw_contract(self.actor, obj)


class ContractClose(ContractAction):
    title = gettext_lazy("close the contract")
    question = gettext_lazy("Close this contract for good?")
    consequence = gettext_lazy("Nothing is paid on it any more.")
    danger = True

    def allowed(self, obj: Contract) -> Verdict:
        return policies.may_close_contract(self.actor, obj)

    def act(self, obj: Contract, form: Any) -> None:
        contracts.close_contract(self.actor, obj)
