"""Monitoring: rounds that an office sends out, and the form of each project."""

from datetime import timedelta
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.ledger.selectors.years import year_at_work
from apps.performance import policies, services
from apps.performance.filters.evaluate import CallFilter, FormFilter
from apps.performance.forms.watching import CallForm, FillForm
from apps.performance.models import FormState, MonitoringCall, MonitoringForm
from apps.performance.models.watching import FILLABLE
from apps.performance.selectors.watching import look_at, month_end
from apps.performance.tables.evaluate import CallTable, FormTable
from apps.performance.views.shared import OF_YEAR, FillPage, crumbs_to
from apps.regions.models import Region
from imbudget.kit.actor import Actor
from imbudget.kit.bulk import BulkAct
from imbudget.kit.errors import Verdict
from imbudget.kit.views import ActionPage, DetailPage, FormPage, HistoryTab, ListPage, Tab
from imbudget.kit.views.action import ReasonForm
from imbudget.kit.views.base import Crumb
from imbudget.kit.views.detail import Act

USUAL_DAYS = 15
FORMS = gettext_lazy("monitoring forms")
CALLS = gettext_lazy("rounds of monitoring")


class CallList(ListPage):
    model = MonitoringCall
    table = CallTable
    filters = CallFilter
    grant = "performance.see"
    title = CALLS
    empty_text = gettext_lazy("No round of monitoring yet. The finance office sends one out to its units.")

    def initial_query(self) -> dict[str, Any]:
        return {"year": year_at_work()}

    def get_actions(self) -> list[tuple[Any, str]]:
        may = policies.may_call(self.actor, self.actor.region_id)
        return [(_("send out a round of monitoring"), reverse("performance:call_new"))] if may else []


class CallNew(FormPage):
    form_class = CallForm
    grant = "performance.see"
    title = gettext_lazy("send out a round of monitoring")
    submit_label = gettext_lazy("send out")
    success_message = gettext_lazy("Sent out. The units have been told.")
    help_text = gettext_lazy(
        "Each project with goals gets a form for the months 1 to N; its unit explains what is behind. Red opens a "
        "rectification at once."
    )

    def allowed(self) -> Verdict:
        return policies.may_call(self.actor, self.actor.region_id)

    def get_form_kwargs(self) -> dict[str, Any]:
        today, year = timezone.localdate(), year_at_work()
        month = max(today.month - 1, 1)
        due = max(today, month_end(year, month)) + timedelta(days=USUAL_DAYS)
        return {"initial": {"year": year, "month": month, "due": due}}

    def get_crumbs(self) -> list[Crumb]:
        return crumbs_to(CALLS, "calls")

    def get_cancel_url(self) -> str:
        return reverse("performance:calls")

    def save(self, form: CallForm) -> str:
        given = form.cleaned_data
        region = Region.objects.get(pk=self.actor.region_id)
        more = {"category": given["category"], "note": given["note"]}
        call = services.issue_call(self.actor, region, given["year"], given["month"], given["due"], **more)
        return call.get_absolute_url()


def _units(page: DetailPage, call: MonitoringCall) -> dict[str, Any]:
    """应报 / 已报 / 未报 by unit."""
    missing = Count("pk", filter=Q(state__in=FILLABLE))
    rows = call.forms.order_by().values("unit__code", "unit__name").annotate(asked=Count("pk"), missing=missing)
    found = [row | {"handed_in": row["asked"] - row["missing"]} for row in rows.order_by("-missing", "unit__code")]
    sums = {name: sum(row[name] for row in found) for name in ("asked", "handed_in", "missing")}
    return {"rows": found, "sums": sums, "call": call}


class CallDetail(DetailPage):
    model = MonitoringCall
    grant = "performance.see"
    tabs = (Tab("units", gettext_lazy("who has handed in"), "performance/_call_units.html", _units),)

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("region", "category", "year")

    def get_crumbs(self) -> list[Crumb]:
        return crumbs_to(CALLS, "calls")

    def get_facts(self) -> list[tuple[Any, Any]]:
        call = self.object
        return [
            (_("region"), call.region),
            (_("fiscal year"), str(call.year_id)),
            (_("up to month"), call.month),
            (_("category"), call.category or _("all categories")),
            (_("to be filled in by"), call.due),
            (_("sent at"), call.issued_at),
            (_("what is asked"), call.note or "–"),
        ]

    def get_acts(self) -> list[Act]:
        url = reverse("performance:call_urge", args=[self.object.pk])
        act = Act(_("urge"), url, policies.may_call(self.actor, self.object.region_id))
        return [act] if act.verdict else []


class CallUrge(ActionPage):
    model = MonitoringCall
    grant = "performance.see"
    title = gettext_lazy("urge")
    question = gettext_lazy("Urge the units whose forms are missing?")
    submit_label = gettext_lazy("urge")
    success_message = gettext_lazy("The units whose forms are missing have been told.")

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("region")

    def allowed(self, obj: MonitoringCall) -> Verdict:
        return policies.may_call(self.actor, obj.region_id)

    def get_crumbs(self) -> list[Crumb]:
        return crumbs_to(CALLS, "calls", self.object)

    def act(self, obj: MonitoringCall, form: Any) -> None:
        services.urge_forms(self.actor, obj)


def _to_look_at(actor: Actor, rows: Any) -> Any:
    return rows.filter(state=FormState.SUBMITTED)


class FormList(ListPage):
    model = MonitoringForm
    table = FormTable
    filters = FormFilter
    grant = "performance.see"
    title = FORMS
    bulk = (
        BulkAct(
            "accept",
            gettext_lazy("accept"),
            grant="performance.review",
            together=services.accept_forms,
            among=_to_look_at,
            question=gettext_lazy("Accept these monitoring forms?"),
            done=gettext_lazy("Accepted: %(count)d."),
            icon="check",
        ),
        BulkAct(
            "return",
            gettext_lazy("return to the unit"),
            grant="performance.review",
            together=services.return_forms,
            among=_to_look_at,
            form=ReasonForm,
            question=gettext_lazy("Send these monitoring forms back to their units?"),
            done=gettext_lazy("Sent back: %(count)d. The units have been told."),
            icon="return",
        ),
    )
    empty_text = gettext_lazy("No monitoring form here. The finance office sends out a round of monitoring.")

    def initial_query(self) -> dict[str, Any]:
        return {"year": year_at_work()}

    def bulk_rows(self, rows: Any) -> Any:
        return rows.select_related("of__project")

    def get_actions(self) -> list[tuple[Any, str]]:
        return [(CALLS, reverse("performance:calls"))]


def _lines(page: DetailPage, form: MonitoringForm) -> dict[str, Any]:
    return {"look": look_at(form), "form": form}


class FormDetail(DetailPage):
    model = MonitoringForm
    grant = "performance.see"
    template_name = "performance/form.html"
    tabs = (
        Tab("lines", gettext_lazy("goals and execution"), "performance/_form_lines.html", _lines),
        HistoryTab,
    )

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related(*OF_YEAR, "call", "department", "looked_by", "author")

    def get_crumbs(self) -> list[Crumb]:
        return crumbs_to(FORMS, "forms")

    def get_facts(self) -> list[tuple[Any, Any]]:
        form = self.object
        return [
            (_("project code"), form.of.project.code),
            (_("budget unit"), form.unit),
            (_("competent department"), form.department),
            (_("up to month"), form.month),
            (_("to be filled in by"), form.due),
            (_("handed in at"), form.submitted_at or "–"),
            (_("looked at by"), form.looked_by or "–"),
        ]

    def get_acts(self) -> list[Act]:
        form, actor = self.object, self.actor
        acts = [
            self._act(_("fill in"), "form_fill", policies.may_fill(actor, form), primary=True),
            self._act(_("accept"), "form_accept", policies.may_look(actor, form), primary=True),
            self._act(_("return to the unit"), "form_return", policies.may_look(actor, form)),
        ]
        page = Act(_("page of the project's year"), form.of.get_absolute_url(), Verdict(True))
        return [*(act for act in acts if act.verdict), page]

    def _act(self, label: str, name: str, verdict: Verdict, **look: bool) -> Act:
        return Act(label, reverse(f"performance:{name}", args=[self.object.pk]), verdict, **look)


class FormFill(FillPage):
    model = MonitoringForm
    form_class = FillForm
    template_name = "performance/form_fill.html"
    title = gettext_lazy("fill in the monitoring form")
    success_message = ""

    def setup_page(self) -> None:
        self.look = None

    def allowed(self) -> Verdict:
        return policies.may_fill(self.actor, self.object)

    def get_form_kwargs(self) -> dict[str, Any]:
        self.look = look_at(self.object)
        return {"look": self.look}

    def get_crumbs(self) -> list[Crumb]:
        return crumbs_to(FORMS, "forms", self.object)

    def get_context_data(self, form: Any) -> dict[str, Any]:
        return super().get_context_data(form) | {"look": self.look, "of": self.object.of}

    def keep(self, form: FillForm) -> None:
        revision = form.cleaned_data["revision"]
        services.save_form(self.actor, self.object, revision, form.head(), form.values())

    def hand_in(self) -> None:
        services.submit_form(self.actor, self.object)


class FormAction(ActionPage):
    model = MonitoringForm
    grant = "performance.see"

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related(*OF_YEAR, "call")

    def get_crumbs(self) -> list[Crumb]:
        return crumbs_to(FORMS, "forms", self.object)

    def allowed(self, obj: MonitoringForm) -> Verdict:
        return policies.may_look(self.actor, obj)


class FormAccept(FormAction):
    title = gettext_lazy("accept")
    question = gettext_lazy("Accept this monitoring form?")
    submit_label = gettext_lazy("accept")
    success_message = gettext_lazy("The monitoring form is accepted.")

    def act(self, obj: MonitoringForm, form: Any) -> None:
        services.accept_form(self.actor, obj)


class FormReturn(FormAction):
    title = gettext_lazy("return to the unit")
    form_class = ReasonForm
    submit_label = gettext_lazy("return to the unit")
    success_message = gettext_lazy("The monitoring form is sent back to the unit.")

    def act(self, obj: MonitoringForm, form: Any) -> None:
        services.return_form(self.actor, obj, form.cleaned_data["reason"])
