"""The lines of a roster, and one line with its calculation, findings and corrections."""

from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.persons.selectors import masked
from apps.subsidy import policies
from apps.subsidy.filters.rosters import LineFilter
from apps.subsidy.models import Outcome, Roster, RosterLine
from apps.subsidy.selectors.lines import lines_for, steps_of, sums_of
from apps.subsidy.tables.rosters import LineTable
from apps.subsidy.views.rosters import RELATED, roster_crumbs
from imbudget.kit.views import DetailPage, ListPage, Tab
from imbudget.kit.views.base import Crumb
from imbudget.kit.views.detail import Act


def line_crumbs(roster: Roster, line: RosterLine | None = None) -> list[Crumb]:
    crumbs = [*roster_crumbs(roster), Crumb(_("lines of rosters"), reverse("subsidy:lines", args=[roster.pk]))]
    return crumbs if line is None else [*crumbs, Crumb(f"№ {line.number}", reverse("subsidy:line", args=[line.pk]))]


class LineList(ListPage):
    model = RosterLine
    table = LineTable
    filters = LineFilter
    grant = "subsidy.see"
    title = gettext_lazy("lines of rosters")
    empty_text = gettext_lazy("No line fits, or the roster has none yet.")

    @cached_property
    def roster(self) -> Roster:
        rows = Roster.objects.visible_to(self.actor).select_related(*RELATED)
        found = rows.filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise Http404
        return found

    def get_queryset(self) -> Any:
        return RosterLine.objects.filter(roster=self.roster)

    def get_title(self) -> str:
        return f"{self.roster} · {self.title}"

    def get_crumbs(self) -> list[Crumb]:
        return roster_crumbs(self.roster)


def _calculation(page: DetailPage, line: RosterLine) -> dict[str, Any]:
    return {
        "steps": steps_of(line),
        "sums": sums_of(line),
        "found": line.findings.all(),
        "corrections": line.corrections.select_related("author"),
    }


class LineDetail(DetailPage):
    model = RosterLine
    grant = "subsidy.see"
    template_name = "subsidy/line.html"
    tabs = (Tab("calculation", gettext_lazy("calculation"), "subsidy/_calculation.html", _calculation),)

    def get_queryset(self) -> Any:
        return lines_for(self.actor)

    def get_title(self) -> str:
        return f"№ {self.object.number} {self.object.name}"

    def get_crumbs(self) -> list[Crumb]:
        return line_crumbs(self.object.roster)

    def get_facts(self) -> list[tuple[Any, Any]]:
        line = self.object
        return [
            (_("roster"), line.roster),
            (_("household code"), line.code),
            (_("identity number"), masked(self.actor, line, "id_number")),
            (_("card"), masked(self.actor, line, "card") or "–"),
            (_("bank"), line.bank or "–"),
            (_("sumu or town"), line.sumu or "–"),
            (_("gacha or village"), line.gacha or "–"),
            (_("quantity"), f"{line.quantity:f}"),
            (_("amount"), line.amount),
            (_("payment request"), line.request.number if line.request else "–"),
            (_("tries"), line.tries),
            (_("paid on"), line.paid_on or "–"),
            (_("reason"), line.reason or "–"),
        ]

    def get_acts(self) -> list[Act]:
        line, acts = self.object, []
        if line.outcome == Outcome.FAILED:
            href = reverse("subsidy:line_correct", args=[line.pk])
            acts.append(Act(_("correct the payee"), href, policies.may_pay(self.actor, line.roster), primary=True))
        if line.outcome in (Outcome.FAILED, Outcome.WAITING):
            href = reverse("subsidy:line_stop", args=[line.pk])
            acts.append(Act(_("stop the payment"), href, policies.may_stop(self.actor, line.roster), danger=True))
        return [act for act in acts if act.verdict]
