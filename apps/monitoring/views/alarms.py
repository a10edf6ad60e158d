"""Alarms: the list, the page of one with its figures and its way, and what is done about it."""

from datetime import timedelta
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.files.services import take_file
from apps.monitoring import policies, services
from apps.monitoring.filters import AlarmFilter
from apps.monitoring.forms.alarms import AnswerForm, CloseForm, SendBackForm, ViolationForm
from apps.monitoring.models import Alarm
from apps.monitoring.selectors.rules import measured
from apps.monitoring.selectors.wording import figures_of, when_hit
from apps.monitoring.tables import AlarmTable
from imbudget.kit.errors import Verdict
from imbudget.kit.views import ActionPage, DetailPage, FormPage, HistoryTab, ListPage, Tab
from imbudget.kit.views.action import ReasonForm
from imbudget.kit.views.base import Crumb
from imbudget.kit.views.detail import Act

RELATED = ("rule", "version", "region", "unit", "request", "authority", "violation", "judged_by")
# What every page of an alarm shows; who judged and what it was called is read where it was judged: a join of nine tables
# takes the planner longer than all of these statements take the server.
SHOWN = ("rule", "version", "region", "unit", "request")
USUAL_DAYS = 10
STEPS = {
    "normal": gettext_lazy("judged to be in order"),
    "violation": gettext_lazy("judged a violation"),
    "issued": gettext_lazy("sent to the unit"),
    "answered": gettext_lazy("answered by the unit"),
    "returned": gettext_lazy("answer sent back"),
    "closed": gettext_lazy("alarm settled"),
}


def alarm_crumbs(alarm: Alarm | None = None) -> list[Crumb]:
    """The way back to the list, and to the alarm."""
    crumbs = [Crumb(_("alarms"), reverse("monitoring:alarms"))]
    return crumbs if alarm is None else [*crumbs, Crumb(str(alarm), alarm.get_absolute_url())]


class AlarmList(ListPage):
    model = Alarm
    table = AlarmTable
    filters = AlarmFilter
    grant = "monitoring.see"
    title = gettext_lazy("alarms")
    empty_text = gettext_lazy("No alarm here. What the rules find about payments stands here.")

    def get_actions(self) -> list[tuple[Any, str]]:
        return [
            (_("statistics of the rules"), reverse("monitoring:statistics")),
            (_("monitoring rules"), reverse("monitoring:rules")),
        ]


def _evidence(page: DetailPage, alarm: Alarm) -> dict[str, Any]:
    rows = [row for row in alarm.rows if "more" not in row]
    return {
        "figures": figures_of(alarm.figures, alarm.phase),
        "rows": rows,
        "more": next((row["more"] for row in alarm.rows if "more" in row), 0),
        "when_hit": when_hit(alarm.version),
        "rates": measured([alarm.rule_id], Alarm.objects.visible_to(page.actor)).get(alarm.rule_id),
    }


def _way(page: DetailPage, alarm: Alarm) -> dict[str, Any]:
    steps = [(STEPS.get(step.act, step.act), step) for step in alarm.steps.order_by("pk")]
    return {"steps": steps, "files": list(alarm.files.select_related("file"))}


class AlarmDetail(DetailPage):
    model = Alarm
    grant = "monitoring.see"
    template_name = "monitoring/alarm.html"
    tabs = (
        Tab("evidence", gettext_lazy("figures and evidence"), "monitoring/_evidence.html", _evidence),
        Tab("way", gettext_lazy("what was done"), "monitoring/_way.html", _way),
        HistoryTab,
    )

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related(*SHOWN)

    def get_title(self) -> str:
        return f"№ {self.object.pk} {self.object.version.name}"

    def get_crumbs(self) -> list[Crumb]:
        return alarm_crumbs()

    def get_facts(self) -> list[tuple[Any, Any]]:
        alarm = self.object
        return [
            (_("budget unit"), alarm.unit or "–"),
            (_("region"), alarm.region),
            (_("level of warning"), alarm.get_level_display()),
            (_("what it does"), alarm.get_mode_display()),
            (_("phase"), alarm.get_phase_display()),
            (_("raised at"), alarm.raised_at),
            (_("regulation"), alarm.version.clause_text),
        ]

    def get_acts(self) -> list[Act]:
        alarm, actor = self.object, self.actor
        acts = [
            self._act(_("judge a violation"), "violation", policies.may_judge(actor, alarm), primary=True),
            self._act(_("judge to be in order"), "normal", policies.may_judge(actor, alarm)),
            self._act(_("send to the unit"), "issue", policies.may_issue(actor, alarm), primary=True),
            self._act(_("answer"), "answer", policies.may_answer(actor, alarm), primary=True),
            self._act(_("settle"), "close", policies.may_close(actor, alarm), primary=True),
            self._act(_("send back"), "send_back", policies.may_examine(actor, alarm)),
        ]
        return [act for act in acts if act.verdict]

    def _act(self, label: str, name: str, verdict: Verdict, **look: bool) -> Act:
        return Act(label, reverse(f"monitoring:alarm_{name}", args=[self.object.pk]), verdict, **look)


class AlarmAction(ActionPage):
    model = Alarm

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related(*RELATED)

    def get_crumbs(self) -> list[Crumb]:
        return alarm_crumbs(self.object)


class AlarmNormal(AlarmAction):
    title = gettext_lazy("judge to be in order")
    form_class = ReasonForm
    consequence = gettext_lazy(
        "It counts as a false alarm of the rule. A payment that was stopped passes when it is handed in again unchanged."
    )
    submit_label = gettext_lazy("judge to be in order")
    success_message = gettext_lazy("Judged to be in order.")

    def allowed(self, obj: Alarm) -> Verdict:
        return policies.may_judge(self.actor, obj)

    def act(self, obj: Alarm, form: Any) -> None:
        services.judge_normal(self.actor, obj, form.cleaned_data["reason"])


class AlarmIssue(AlarmAction):
    title = gettext_lazy("send to the unit")
    question = gettext_lazy("Send this finding to the unit?")
    consequence = gettext_lazy("Its head and clerks are told, and answer by the day that was set.")
    submit_label = gettext_lazy("send to the unit")
    success_message = gettext_lazy("The unit has been told.")

    def allowed(self, obj: Alarm) -> Verdict:
        return policies.may_issue(self.actor, obj)

    def act(self, obj: Alarm, form: Any) -> None:
        services.issue_alarm(self.actor, obj)


class AlarmSendBack(AlarmAction):
    title = gettext_lazy("send back")
    form_class = SendBackForm
    submit_label = gettext_lazy("send back")
    success_message = gettext_lazy("The answer is sent back to the unit.")

    def allowed(self, obj: Alarm) -> Verdict:
        return policies.may_examine(self.actor, obj)

    def get_initial(self, obj: Alarm) -> dict[str, Any]:
        return {"due": timezone.localdate() + timedelta(days=USUAL_DAYS)}

    def act(self, obj: Alarm, form: Any) -> None:
        services.send_back_alarm(self.actor, obj, form.cleaned_data["reason"], form.cleaned_data["due"])


class AlarmClose(AlarmAction):
    title = gettext_lazy("settle")
    form_class = CloseForm
    question = gettext_lazy("Settle this alarm?")
    consequence = gettext_lazy("What was demanded has been done; nothing follows any more.")
    submit_label = gettext_lazy("settle")
    success_message = gettext_lazy("The alarm is settled.")

    def allowed(self, obj: Alarm) -> Verdict:
        return policies.may_close(self.actor, obj)

    def act(self, obj: Alarm, form: Any) -> None:
        services.close_alarm(self.actor, obj, form.cleaned_data["words"])


class _AlarmForm(FormPage):
    """A form about one alarm, with a file."""

    grant = "monitoring.see"
    multipart = True

    @cached_property
    def object(self) -> Alarm:
        rows = Alarm.objects.visible_to(self.actor).select_related(*RELATED)
        alarm = rows.filter(pk=self.kwargs["pk"]).first()
        if alarm is None:
            raise Http404
        return alarm

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"alarm": self.object}

    def get_crumbs(self) -> list[Crumb]:
        return alarm_crumbs(self.object)

    def get_cancel_url(self) -> str:
        return self.object.get_absolute_url()

    def files(self, form: Any) -> list[Any]:
        """The file of the form, taken in at the alarm's place."""
        given, alarm = form.cleaned_data["file"], self.object
        if given is None:
            return []
        subject = {"subject_label": alarm._meta.label, "subject_id": str(alarm.pk)}
        return [take_file(self.actor, given, region=alarm.region, unit=alarm.unit, **subject)]


class AlarmViolation(_AlarmForm):
    form_class = ViolationForm
    title = gettext_lazy("judge a violation")
    submit_label = gettext_lazy("judge a violation")
    success_message = gettext_lazy("Judged a violation. Send it to the unit next.")

    def allowed(self) -> Verdict:
        return policies.may_judge(self.actor, self.object)

    def get_form_kwargs(self) -> dict[str, Any]:
        due = timezone.localdate() + timedelta(days=USUAL_DAYS)
        return super().get_form_kwargs() | {"initial": {"due": due}}

    def save(self, form: ViolationForm) -> str:
        services.judge_violation(self.actor, self.object, form.values(), self.files(form))
        return self.object.get_absolute_url()


class AlarmAnswer(_AlarmForm):
    form_class = AnswerForm
    title = gettext_lazy("answer")
    submit_label = gettext_lazy("answer")
    success_message = gettext_lazy("Answered. The finance office examines it.")

    def allowed(self) -> Verdict:
        return policies.may_answer(self.actor, self.object)

    def save(self, form: AnswerForm) -> str:
        services.answer_alarm(self.actor, self.object, form.cleaned_data["text"], self.files(form))
        return self.object.get_absolute_url()
