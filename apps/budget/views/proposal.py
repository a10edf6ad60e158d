"""What if: the figures that a cut would come to, by department and unit, and the button that works them out."""

from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy, ngettext

from apps.budget import policies, services
from apps.budget.forms.proposal import CutForm, TakeForm
from apps.budget.models import ExpenditureKind
from apps.budget.rounds import Round, round_of, rounds_offered
from apps.budget.selectors.collection import units_due
from apps.budget.selectors.proposal import Cut, Proposed, proposal, proposal_by_department
from apps.budget.views.control import list_crumbs
from apps.codes.models import Code
from apps.regions.models import Department, Region
from imbudget.kit.errors import NotAllowed, RuleViolation, require
from imbudget.kit.paging import BadCursor, Page, paginate
from imbudget.kit.views import TemplatePage
from imbudget.kit.views.base import Crumb

UNITS_A_PAGE = 50


class ProposalPage(TemplatePage):
    """Nothing is written until the button is pressed; the question stands in the address."""

    grant = "budget.control"
    template_name = "budget/proposal.html"
    title = gettext_lazy("proposal of control figures")

    @cached_property
    def region(self) -> Region:
        return Region.objects.get(pk=self.actor.region_id)

    @cached_property
    def now(self) -> Round:
        return round_of(self.request)

    @cached_property
    def form(self) -> CutForm:
        form = CutForm(self.request.GET)
        form.is_valid()
        return form

    @cached_property
    def cut(self) -> Cut:
        return self.form.cut()

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        require(policies.may_set_control(self.actor, self.actor.region_id))
        return super().get(request, *args, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        require(policies.may_set_control(self.actor, self.actor.region_id))
        take = TakeForm(request.POST)
        if take.is_valid() and self.form.is_valid():
            try:
                reason = take.cleaned_data["reason"]
                count = services.take_proposal(self.actor, self.region, self.now.year, self.cut, reason)
            except NotAllowed:
                raise
            except RuleViolation as refusal:
                take.add_error(None, str(refusal))
            else:
                text = ngettext("%(count)d figure worked out.", "%(count)d figures worked out.", count)
                messages.success(request, text % {"count": count})
                return redirect(f"{reverse('budget:control')}?year={self.now.year}&state=draft")
        return TemplateResponse(request, self.template_name, self.get_context_data(take=take), status=422)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        departments = proposal_by_department(self.region.pk, self.now.year, self.cut)
        names = Department.objects.in_bulk([row.department_id for row in departments])
        page, rows = self._units()
        years, _rounds = rounds_offered()
        pairs = [
            (name, value) for name in self.request.GET if name != "cursor" for value in self.request.GET.getlist(name)
        ]
        return super().get_context_data(**kwargs) | {
            "region": self.region,
            "now": self.now,
            "years": years,
            "form": self.form,
            "take": kwargs.get("take") or TakeForm(),
            "departments": [(names[row.department_id], row) for row in departments],
            "asked": sum(row.asked for row in departments),
            "amount": sum(row.amount for row in departments),
            "difference": sum(row.difference for row in departments),
            "rows": rows,
            "page": page,
            "query": urlencode(pairs),
        }

    def _units(self) -> tuple[Page, list[dict[str, Any]]]:
        """One page of the region's units, and what is proposed for each of them."""
        units = units_due(self.region, self.now.year).select_related("department")
        try:
            page = paginate(units, "code", UNITS_A_PAGE, self.request.GET.get("cursor", ""))
        except BadCursor:
            page = paginate(units, "code", UNITS_A_PAGE)
        found: dict[int, list[Proposed]] = {}
        for row in proposal(self.region.pk, self.now.year, self.cut, [unit.pk for unit in page.rows]):
            found.setdefault(row.unit_id, []).append(row)
        funds = Code.objects.in_bulk({row.fund_id for rows in found.values() for row in rows})
        kinds = dict(ExpenditureKind.choices)
        return page, [
            {"unit": unit, "row": row, "fund": funds[row.fund_id], "kind": kinds[row.kind]}
            for unit in page.rows
            for row in found.get(unit.pk, [])
        ]

    def get_crumbs(self) -> list[Crumb]:
        return list_crumbs()
