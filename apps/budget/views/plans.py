"""The timetable of the office's own region, and the days of acts that the statutory clocks run by."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy

from apps.budget import policies, services
from apps.budget.forms.plans import ActDayForm, PlanForm
from apps.budget.models import ActDay
from apps.budget.rounds import Round, round_of, rounds_offered
from apps.budget.selectors.plans import plan_of
from apps.regions.models import Region
from imbudget.kit.errors import Verdict
from imbudget.kit.views import FormPage
from imbudget.kit.views.base import Crumb


class OwnRegionPage(FormPage):
    """A form about the actor's own region and the year in the address."""

    grant = "budget.compile"

    def setup_page(self) -> None:
        self.region = Region.objects.filter(pk=self.request.actor.region_id).first()
        self.now: Round = round_of(self.request)

    def allowed(self) -> Verdict:
        return policies.may_keep_plan(self.actor, self.region.pk)

    def get_cancel_url(self) -> str:
        return f"{reverse('budget:progress')}?{self.now.query}"

    def get_crumbs(self) -> list[Crumb]:
        return [Crumb(gettext_lazy("who has handed in"), self.get_cancel_url())]

    def get_context_data(self, form: Any) -> dict[str, Any]:
        years, _rounds = rounds_offered()
        return super().get_context_data(form) | {"region": self.region, "now": self.now, "years": years}


class PlanEdit(OwnRegionPage):
    form_class = PlanForm
    template_name = "budget/plan.html"
    title = gettext_lazy("timetable")
    success_message = gettext_lazy("The timetable has been saved.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"instance": plan_of(self.region.pk, self.now.year)}

    def get_context_data(self, form: Any) -> dict[str, Any]:
        days = ActDay.objects.visible_to(self.actor).filter(region=self.region, year=self.now.year)
        return super().get_context_data(form) | {"days": days}

    def save(self, form: PlanForm) -> str:
        services.save_plan(self.actor, form.instance)
        return self.get_cancel_url()


class ActDayAdd(OwnRegionPage):
    form_class = ActDayForm
    title = gettext_lazy("write down the day of an act")
    success_message = gettext_lazy("Written down.")

    def save(self, form: ActDayForm) -> str:
        services.record_act_day(self.actor, self.region, self.now.year, form.cleaned_data)
        return f"{reverse('budget:plan')}?year={self.now.year}"
