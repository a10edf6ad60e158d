"""The forms of a rule: a new one, its wording, an exception, a trial."""

from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.codes.models import FiscalYear
from apps.desk.services import start_job
from apps.lowcode.conditiondesign import builder_data, builder_texts
from apps.monitoring import policies, services
from apps.monitoring.facts import FACTS
from apps.monitoring.forms.rules import ExemptionForm, RuleForm, TrialForm
from apps.monitoring.jobs import TRY
from apps.monitoring.measures import MEASURES
from apps.monitoring.models import Exemption, Rule, RuleVersion
from apps.monitoring.services.trials import SHORT, past_payments
from apps.monitoring.views.rules import RuleAction, newest, rule_crumbs
from apps.regions.models import Region
from imbudget.kit.errors import Verdict
from imbudget.kit.views import ActionPage, FormPage
from imbudget.kit.views.base import Crumb


class _RuleForm(FormPage):
    form_class = RuleForm
    grant = "monitoring.see"
    template_name = "monitoring/rule_form.html"
    submit_label = gettext_lazy("save")
    help_text = gettext_lazy(
        "Nothing watches before the rule has been handed in and approved. Try it on past payments first."
    )

    def get_context_data(self, form: Any) -> dict[str, Any]:
        measures = [
            {
                "label": one.label,
                "parameters": [
                    {"key": each.key, "label": each.label, "default": f"{each.default:f}"} for each in one.parameters
                ],
            }
            for one in MEASURES.values()
        ]
        design = builder_data(FACTS) | {"texts": builder_texts()}
        return super().get_context_data(form) | {"design": design, "measures": measures}


class RuleNew(_RuleForm):
    title = gettext_lazy("draw up a rule")

    def allowed(self) -> Verdict:
        return policies.may_keep_rules(self.actor, self.actor.region_id)

    def get_form_kwargs(self) -> dict[str, Any]:
        region = Region.objects.get(pk=self.actor.region_id)
        above = region.get_ancestors().values("pk")
        return {"uppers": Rule.objects.filter(region__in=above).select_related("current").order_by("code")}

    def get_crumbs(self) -> list[Crumb]:
        return rule_crumbs()

    def get_cancel_url(self) -> str:
        return reverse("monitoring:rules")

    def save(self, form: RuleForm) -> str:
        region, given = Region.objects.get(pk=self.actor.region_id), form.cleaned_data
        version = services.start_rule(self.actor, region, given["code"], form.values(), upper=given["upper"])
        return version.get_absolute_url()


class RuleEdit(_RuleForm):
    title = gettext_lazy("edit")

    @cached_property
    def object(self) -> RuleVersion:
        rule = Rule.objects.visible_to(self.actor).filter(pk=self.kwargs["pk"]).first()
        version = newest(rule) if rule else None
        if version is None:
            raise Http404
        return version

    def allowed(self) -> Verdict:
        return policies.may_edit_version(self.actor, self.object)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"version": self.object}

    def get_crumbs(self) -> list[Crumb]:
        return rule_crumbs(self.object.rule)

    def get_cancel_url(self) -> str:
        return self.object.get_absolute_url()

    def save(self, form: RuleForm) -> str:
        services.save_version(self.actor, self.object, form.cleaned_data["revision"] or 0, form.values())
        return self.object.get_absolute_url()


class RuleTry(RuleAction):
    """Tried at once on few payments, by a job on many."""

    title = gettext_lazy("try on past payments")
    question = gettext_lazy("Try this version on the payments of a year?")
    consequence = gettext_lazy("Nothing is stopped and no alarm is raised: you see what it would have hit.")
    submit_label = gettext_lazy("try")

    def allowed(self, obj: Rule) -> Verdict:
        return policies.may_keep_rules(self.actor, obj.region_id)

    def form_class(self, data: Any = None, initial: Any = None) -> TrialForm:  # type: ignore[override]
        years = FiscalYear.objects.order_by("-year").values_list("year", flat=True)
        return TrialForm(data, initial=initial, years=years)

    def get_initial(self, obj: Rule) -> dict[str, Any]:
        return {"year": timezone.localdate().year - 1}

    def act(self, obj: Rule, form: Any) -> str:
        year = form.cleaned_data["year"]
        if past_payments(obj.region, year)[: SHORT + 1].count() > SHORT:
            label = _("trial of %(rule)s on %(year)s") % {"rule": obj.code, "year": year}
            params = {"version": self.version.pk, "year": year}
            return start_job(self.actor, TRY, params, label=label).get_absolute_url()
        services.try_version(self.actor, self.version, year)
        return f"{obj.get_absolute_url()}?tab=trials"


class ExemptionNew(FormPage):
    form_class = ExemptionForm
    grant = "monitoring.see"
    title = gettext_lazy("let something pass")
    submit_label = gettext_lazy("save")
    success_message = gettext_lazy("The exception is kept.")

    @cached_property
    def object(self) -> Rule:
        rule = Rule.objects.visible_to(self.actor).select_related("current").filter(pk=self.kwargs["pk"]).first()
        if rule is None:
            raise Http404
        return rule

    def allowed(self) -> Verdict:
        return policies.may_exempt(self.actor, self.object)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"initial": {"valid_from": timezone.localdate()}}

    def get_form(self, data: Any = None, files: Any = None) -> ExemptionForm:
        return ExemptionForm(data, **self.get_form_kwargs())

    def get_crumbs(self) -> list[Crumb]:
        return rule_crumbs(self.object)

    def get_cancel_url(self) -> str:
        return f"{self.object.get_absolute_url()}?tab=exemptions"

    def save(self, form: ExemptionForm) -> str:
        services.add_exemption(self.actor, self.object, form.values())
        return self.get_cancel_url()


class ExemptionEnd(ActionPage):
    model = Exemption
    title = gettext_lazy("end the exception")
    question = gettext_lazy("End this exception?")
    consequence = gettext_lazy("From today on it lets nothing pass; it stays to be read.")
    submit_label = gettext_lazy("end the exception")
    success_message = gettext_lazy("The exception has ended.")

    def get_queryset(self) -> Any:
        rules = Rule.objects.visible_to(self.actor)
        return Exemption.objects.filter(rule__in=rules.values("pk")).select_related("rule__current")

    def allowed(self, obj: Exemption) -> Verdict:
        return policies.may_exempt(self.actor, obj.rule)

    def act(self, obj: Exemption, form: Any) -> None:
        services.end_exemption(self.actor, obj)

    def get_success_url(self, obj: Exemption) -> str:
        return f"{obj.rule.get_absolute_url()}?tab=exemptions"

    def get_crumbs(self) -> list[Crumb]:
        return rule_crumbs(self.object.rule)
