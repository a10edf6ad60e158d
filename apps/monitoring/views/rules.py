"""Rules: the list, the page of one with its versions, trials and exceptions, and what is done with it."""

from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.lowcode.panels import deciding, timeline_tab
from apps.lowcode.submitting import SubmitPage
from apps.monitoring import policies, services
from apps.monitoring.filters import RuleFilter
from apps.monitoring.models import Alarm, Rule, RuleVersion
from apps.monitoring.selectors.rules import measured
from apps.monitoring.selectors.wording import when_hit
from apps.monitoring.services.rules import SUBJECT
from apps.monitoring.tables import RuleTable
from imbudget.kit.errors import Verdict
from imbudget.kit.views import ActionPage, DetailPage, HistoryTab, ListPage, Tab, TemplatePage
from imbudget.kit.views.base import Crumb
from imbudget.kit.views.detail import Act

TIMELINE = timeline_tab(SUBJECT)


def rule_crumbs(rule: Rule | None = None) -> list[Crumb]:
    """The way back to the list, and to the rule."""
    crumbs = [Crumb(_("monitoring rules"), reverse("monitoring:rules"))]
    return crumbs if rule is None else [*crumbs, Crumb(str(rule), rule.get_absolute_url())]


def newest(rule: Rule) -> RuleVersion | None:
    """The version that was drawn up last: the one under way, or the one in force."""
    return rule.versions.select_related("rule", "region").order_by("-number").first()


class RuleList(ListPage):
    model = Rule
    table = RuleTable
    filters = RuleFilter
    grant = "monitoring.see"
    title = gettext_lazy("monitoring rules")
    empty_text = gettext_lazy("No rule holds here yet. The treasury officer draws them up.")

    def get_actions(self) -> list[tuple[Any, str]]:
        more = [(_("statistics of the rules"), reverse("monitoring:statistics"))]
        if not policies.may_keep_rules(self.actor, self.actor.region_id):
            return more
        return [(_("draw up a rule"), reverse("monitoring:rule_new")), *more]


def _words(page: DetailPage, rule: Rule) -> dict[str, Any]:
    version = page.shown
    return {"version": version, "when_hit": when_hit(version) if version else ""}


def _trials(page: DetailPage, rule: Rule) -> dict[str, Any]:
    return {"trials": list(rule.trials.visible_to(page.actor).select_related("version")[:5])}


def _exemptions(page: DetailPage, rule: Rule) -> dict[str, Any]:
    verdict = policies.may_exempt(page.actor, rule)
    rows = list(rule.exemptions.select_related("author"))
    return {"exemptions": rows, "may_exempt": bool(verdict), "today": timezone.localdate()}


def _approval(page: DetailPage, rule: Rule) -> dict[str, Any]:
    version = newest(rule)
    return TIMELINE.context(page, version) if version else {"timeline": None, "cases": []}


def _versions(page: DetailPage, rule: Rule) -> dict[str, Any]:
    return {"versions": list(rule.versions.select_related("author"))}


class RuleDetail(DetailPage):
    model = Rule
    grant = "monitoring.see"
    template_name = "monitoring/rule.html"
    tabs = (
        Tab("words", gettext_lazy("rule"), "monitoring/_words.html", _words),
        Tab("trials", gettext_lazy("trials"), "monitoring/_trials.html", _trials),
        Tab("exemptions", gettext_lazy("exceptions"), "monitoring/_exemptions.html", _exemptions),
        Tab("approval", TIMELINE.label, TIMELINE.template, _approval),
        Tab("versions", gettext_lazy("versions"), "monitoring/_versions.html", _versions),
        HistoryTab,
    )

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("region", "current", "upper__current")

    @cached_property
    def latest(self) -> RuleVersion | None:
        return newest(self.object)

    @property
    def shown(self) -> RuleVersion | None:
        """Who keeps the rule reads the version under way, everybody else the one in force."""
        keeps = policies.may_keep_rules(self.actor, self.object.region_id) or self.actor.can("lowcode.design")
        return self.latest if keeps or self.object.current is None else self.object.current

    def get_title(self) -> str:
        return str(self.object)

    def get_crumbs(self) -> list[Crumb]:
        return rule_crumbs()

    def get_facts(self) -> list[tuple[Any, Any]]:
        rule, version = self.object, self.shown
        facts = [(_("region"), rule.region), (_("set by"), rule.get_setter_display())]
        if rule.upper is not None:
            facts.append((_("tightens"), rule.upper))
        if version is not None:
            facts += [
                (_("version"), version.number),
                (_("what it does"), version.get_mode_display()),
                (_("level of warning"), version.get_level_display()),
                (_("phase"), version.get_phase_display()),
                (_("class of warning"), version.get_flow_display()),
            ]
        return facts

    def get_context_data(self) -> dict[str, Any]:
        rates = measured([self.object.pk], Alarm.objects.visible_to(self.actor)).get(self.object.pk)
        return super().get_context_data() | {"rates": rates, "shown_version": self.shown}

    def get_acts(self) -> list[Act]:
        rule, actor, version = self.object, self.actor, self.latest
        acts = [self._act(_("draw up another version"), "renew", policies.may_renew(actor, rule))]
        if version is not None:
            tryable = policies.may_keep_rules(actor, rule.region_id)
            acts += [
                self._act(_("submit"), "submit", policies.may_submit_version(actor, version), primary=True),
                self._act(_("edit"), "edit", policies.may_edit_version(actor, version)),
                self._act(_("try on past payments"), "try", tryable),
                self._act(_("take back"), "withdraw", policies.may_withdraw_version(actor, version)),
                *deciding(actor, SUBJECT, version),
            ]
        return [act for act in acts if act.verdict]

    def _act(self, label: str, name: str, verdict: Verdict, **look: bool) -> Act:
        return Act(label, reverse(f"monitoring:rule_{name}", args=[self.object.pk]), verdict, **look)


class RuleAction(ActionPage):
    """An act on a rule's newest version."""

    model = Rule

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("region", "current", "upper__current")

    def get_object(self) -> Any:
        rule = super().get_object()
        self.version = newest(rule)
        if self.version is None:
            raise Http404
        return rule

    def get_crumbs(self) -> list[Crumb]:
        return rule_crumbs(self.object)


class RuleRenew(RuleAction):
    title = gettext_lazy("draw up another version")
    question = gettext_lazy("Draw up another version of this rule?")
    consequence = gettext_lazy("The present one watches until the new one is approved.")
    submit_label = gettext_lazy("draw up")

    def allowed(self, obj: Rule) -> Verdict:
        return policies.may_renew(self.actor, obj)

    def act(self, obj: Rule, form: Any) -> str:
        services.renew_rule(self.actor, obj)
        return reverse("monitoring:rule_edit", args=[obj.pk])


class RuleSubmit(SubmitPage, RuleAction):
    title = gettext_lazy("submit")
    question = gettext_lazy("Hand this rule in for approval?")
    consequence = gettext_lazy("It watches once it has been approved.")
    submit_label = gettext_lazy("submit")
    success_message = gettext_lazy("Handed in. The timeline shows who has it now.")

    def get_object(self) -> Any:
        RuleAction.get_object(self)
        self.object = self.version
        return self.version

    def get_crumbs(self) -> list[Crumb]:
        return rule_crumbs(self.version.rule)

    def allowed(self, obj: RuleVersion) -> Verdict:
        return policies.may_submit_version(self.actor, obj)

    def act(self, obj: RuleVersion, form: Any) -> None:
        services.submit_version(self.actor, obj, chosen=form.chosen())

    def subject(self, obj: RuleVersion) -> str:
        return SUBJECT


class RuleWithdraw(RuleAction):
    title = gettext_lazy("take back")
    question = gettext_lazy("Take this version back?")
    consequence = gettext_lazy("It is a draft again.")
    submit_label = gettext_lazy("take back")
    success_message = gettext_lazy("The version is a draft again.")

    def allowed(self, obj: Rule) -> Verdict:
        return policies.may_withdraw_version(self.actor, self.version)

    def act(self, obj: Rule, form: Any) -> None:
        services.withdraw_version(self.actor, self.version)


class Statistics(TemplatePage):
    """Hits, confirmed and false alarms and amounts of each rule, of the reader's scope."""

    template_name = "monitoring/statistics.html"
    title = gettext_lazy("statistics of the rules")
    grant = "monitoring.see"

    def get_crumbs(self) -> list[Crumb]:
        return [Crumb(_("alarms"), reverse("monitoring:alarms"))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rules = list(Rule.objects.visible_to(self.actor).for_list().order_by("code", "region__code"))
        found = measured(None, Alarm.objects.visible_to(self.actor))  # whoever sees an alarm sees its rule
        rows = [{"rule": rule, "rates": found.get(rule.pk)} for rule in rules]
        total = sum(each["hits"] for each in found.values())
        return super().get_context_data(**kwargs) | {
            "rows": [
                row | {"share": row["rates"]["hits"] / total * 100} if row["rates"] else row | {"share": 0}
                for row in rows
            ],
            "total": total,
        }
