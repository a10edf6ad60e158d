"""Rectifications: the list, one of them with its way, and what is done about it; the schedule of a project."""

from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.files.services import take_file
from apps.performance import policies, services
from apps.performance.filters.evaluate import RectificationFilter
from apps.performance.forms.evaluating import HoldForm
from apps.performance.forms.watching import MendAgainForm, MendedForm, OrderForm, ScheduleForm, SettleForm
from apps.performance.models import ProjectYear, Rectification
from apps.performance.selectors.schedules import schedule_of
from apps.performance.selectors.schemes import scheme_of
from apps.performance.tables.evaluate import RectificationTable
from apps.performance.views.shared import OF_YEAR, RowForm, crumbs_to
from apps.performance.views.years import year_crumbs
from imbudget.kit.errors import ALLOWED, Verdict
from imbudget.kit.views import ActionPage, DetailPage, HistoryTab, ListPage, Tab
from imbudget.kit.views.base import Crumb
from imbudget.kit.views.detail import Act

ALL = gettext_lazy("rectifications")
USUAL_DAYS = 15
OF_PROJECT = ("project", "region", "unit", "department")
STEPS = {
    "opened": gettext_lazy("rectification opened"),
    "answered": gettext_lazy("reported by the unit"),
    "returned": gettext_lazy("report sent back"),
    "closed": gettext_lazy("rectification settled"),
    "held": gettext_lazy("payments held back"),
    "let_go": gettext_lazy("payments let go"),
}


class RectificationList(ListPage):
    model = Rectification
    table = RectificationTable
    filters = RectificationFilter
    grant = "performance.see"
    title = ALL
    empty_text = gettext_lazy(
        "No rectification here. A red lamp opens one; the office opens others on a project's page."
    )


def _way(page: DetailPage, row: Rectification) -> dict[str, Any]:
    steps = [(STEPS.get(step.act, step.act), step) for step in row.steps.order_by("pk")]
    return {"steps": steps, "files": list(row.files.select_related("file"))}


class RectificationDetail(DetailPage):
    model = Rectification
    grant = "performance.see"
    template_name = "performance/rectification.html"
    tabs = (Tab("way", gettext_lazy("what was done"), "performance/_mending_way.html", _way), HistoryTab)

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related(*OF_YEAR, "department", "author", "checked_by")

    def get_crumbs(self) -> list[Crumb]:
        return crumbs_to(ALL, "rectifications")

    def get_facts(self) -> list[tuple[Any, Any]]:
        row = self.object
        return [
            (_("project code"), row.of.project.code),
            (_("budget unit"), row.unit),
            (_("competent department"), row.department),
            (_("came of"), row.get_origin_display()),
            (_("opened at"), row.opened_at),
            (_("to be mended by"), row.due),
            (_("payments held back"), _("yes") if row.holds else _("no")),
            (_("checked by"), row.checked_by or "–"),
        ]

    def get_acts(self) -> list[Act]:
        row, actor = self.object, self.actor
        hold = _("let payments go") if row.holds else _("hold payments back")
        acts = [
            self._act(_("report what was mended"), "answer", policies.may_answer(actor, row), primary=True),
            self._act(_("settle"), "close", policies.may_examine(actor, row), primary=True),
            self._act(_("send back"), "send_back", policies.may_examine(actor, row)),
            self._act(hold, "hold", policies.may_hold(actor, row), danger=not row.holds),
        ]
        page = Act(_("page of the project's year"), row.of.get_absolute_url(), ALLOWED)
        return [*(act for act in acts if act.verdict), page]

    def _act(self, label: str, name: str, verdict: Verdict, **look: bool) -> Act:
        return Act(label, reverse(f"performance:rectification_{name}", args=[self.object.pk]), verdict, **look)


class RectificationNew(RowForm):
    """Opened on the page of a project's year."""

    model = ProjectYear
    related = OF_PROJECT
    form_class = OrderForm
    title = gettext_lazy("open a rectification")
    submit_label = gettext_lazy("open and tell the unit")
    success_message = gettext_lazy("Opened. The unit has been told.")

    def allowed(self) -> Verdict:
        return policies.may_review(self.actor, self.object)

    def get_form_kwargs(self) -> dict[str, Any]:
        days = scheme_of(self.object.region, self.object.year_id).rectify_days
        due = timezone.localdate() + timedelta(days=days)
        return {"may_hold": policies.is_office(self.actor, self.object), "initial": {"due": due}}

    def get_crumbs(self) -> list[Crumb]:
        return year_crumbs(self.object)

    def save(self, form: OrderForm) -> str:
        given = form.cleaned_data
        row = services.open_rectification(
            self.actor, self.object, given["problem"], given["demands"], given["due"], holds=given.get("holds", False)
        )
        return row.get_absolute_url()


class RectificationAnswer(RowForm):
    model = Rectification
    form_class = MendedForm
    multipart = True
    title = gettext_lazy("report what was mended")
    submit_label = gettext_lazy("report")
    success_message = gettext_lazy("Reported. The office examines it.")

    def allowed(self) -> Verdict:
        return policies.may_answer(self.actor, self.object)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"of": self.object}

    def get_crumbs(self) -> list[Crumb]:
        return crumbs_to(ALL, "rectifications", self.object)

    def save(self, form: MendedForm) -> str:
        row, file = self.object, form.cleaned_data["file"]
        subject = {"subject_label": row._meta.label, "subject_id": str(row.pk)}
        files = [take_file(self.actor, file, region=row.region, unit=row.unit, **subject)] if file else []
        services.answer_rectification(self.actor, row, form.cleaned_data["text"], files)
        return row.get_absolute_url()


class RectificationAction(ActionPage):
    model = Rectification
    grant = "performance.see"

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related(*OF_YEAR)

    def get_crumbs(self) -> list[Crumb]:
        return crumbs_to(ALL, "rectifications", self.object)

    def allowed(self, obj: Rectification) -> Verdict:
        return policies.may_examine(self.actor, obj)


class RectificationSendBack(RectificationAction):
    title = gettext_lazy("send back")
    form_class = MendAgainForm
    submit_label = gettext_lazy("send back")
    success_message = gettext_lazy("The report is sent back to the unit.")

    def get_initial(self, obj: Rectification) -> dict[str, Any]:
        return {"due": timezone.localdate() + timedelta(days=USUAL_DAYS)}

    def act(self, obj: Rectification, form: Any) -> None:
        services.send_back_rectification(self.actor, obj, form.cleaned_data["reason"], form.cleaned_data["due"])


class RectificationClose(RectificationAction):
    title = gettext_lazy("settle")
    form_class = SettleForm
    question = gettext_lazy("Settle this rectification?")
    consequence = gettext_lazy("What was demanded is mended; payments that it held back go on.")
    submit_label = gettext_lazy("settle")
    success_message = gettext_lazy("The rectification is settled.")

    def act(self, obj: Rectification, form: Any) -> None:
        services.close_rectification(self.actor, obj, form.cleaned_data["words"])


class RectificationHold(RectificationAction):
    title = gettext_lazy("hold payments back or let them go")
    form_class = HoldForm
    consequence = gettext_lazy(
        "While payments are held back, each request of this project is stopped when it is handed in, until the "
        "rectification is settled or payments are let go."
    )
    submit_label = gettext_lazy("confirm")

    def allowed(self, obj: Rectification) -> Verdict:
        return policies.may_hold(self.actor, obj)

    def act(self, obj: Rectification, form: Any) -> None:
        services.hold_payments(self.actor, obj, not obj.holds, form.cleaned_data["reason"])


class ScheduleSet(RowForm):
    """The project's own curve."""

    model = ProjectYear
    related = OF_PROJECT
    form_class = ScheduleForm
    title = gettext_lazy("schedule of the year")
    success_message = gettext_lazy("The schedule is kept; lamps go by it from now on.")
    help_text = gettext_lazy(
        "How much of the year's work and money is expected by the end of each month. Without a schedule of its own a "
        "project goes by that of its category, else evenly."
    )

    def allowed(self) -> Verdict:
        return policies.may_schedule(self.actor, self.object)

    def get_form_kwargs(self) -> dict[str, Any]:
        now = schedule_of(self.object)
        shares = now.shares or [round(100 * month / 12, 1) for month in range(1, 12)] + [100]
        return {"initial": {"shares": shares, "source": now.source if now.own else ""}}

    def get_crumbs(self) -> list[Crumb]:
        return year_crumbs(self.object)

    def save(self, form: ScheduleForm) -> str:
        services.set_schedule(self.actor, self.object, form.cleaned_data["shares"], form.cleaned_data["source"])
        return f"{self.object.get_absolute_url()}?tab=monitoring"
