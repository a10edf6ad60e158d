"""How long each kind of data is kept, what has been done away with, and who changes it."""

from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from apps.persons import policies, services
from apps.persons.forms import PeriodForm
from apps.persons.models import Period
from apps.persons.selectors import shown_periods
from imbudget.kit.errors import Verdict
from imbudget.kit.views import FormPage, TemplatePage
from imbudget.kit.views.base import Crumb


class Periods(TemplatePage):
    grant = "persons.inspect"
    template_name = "persons/periods.html"
    title = _("periods of keeping")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        may = bool(policies.may_set_periods(self.actor))
        return super().get_context_data(**kwargs) | {"periods": shown_periods(), "may": may}


class PeriodEdit(FormPage):
    form_class = PeriodForm
    grant = "persons.inspect"
    title = _("change how long data is kept")
    submit_label = _("save")

    @cached_property
    def object(self) -> Period:
        found = Period.objects.filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise Http404
        return found

    def allowed(self) -> Verdict:
        return policies.may_set_periods(self.actor)

    def get_form(self, data: Any = None, files: Any = None) -> PeriodForm:
        initial = {name: getattr(self.object, name) for name in ("days", "basis", "is_active")}
        return PeriodForm(data=data, initial=initial)

    def get_crumbs(self) -> list[Crumb]:
        return [Crumb(_("periods of keeping"), reverse("persons:periods"))]

    def get_cancel_url(self) -> str:
        return reverse("persons:periods")

    def save(self, form: PeriodForm) -> str:
        services.set_period(self.actor, self.object, **form.cleaned_data)
        return reverse("persons:periods")
