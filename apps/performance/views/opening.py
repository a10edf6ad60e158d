"""Opening a year: what the region's stored projects are to reach in it is frozen out of their goals."""

from typing import Any

from django.contrib import messages
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.ledger.selectors.years import year_at_work
from apps.performance import policies, services
from apps.performance.forms.years import YearForm
from apps.performance.views.years import year_crumbs
from apps.regions.models import Region
from imbudget.kit.errors import Verdict
from imbudget.kit.views import FormPage
from imbudget.kit.views.base import Crumb


class YearsOpen(FormPage):
    """All of the region at once; what is open already stays as it is."""

    form_class = YearForm
    grant = "performance.see"
    title = gettext_lazy("open the year for projects")
    submit_label = gettext_lazy("open the year")
    help_text = gettext_lazy(
        "The goals of every stored project of your own level that is in its term are frozen for the year. Run it again for"
        " projects that come later, and when goals were changed since: years that nobody evaluates yet take them over."
    )

    def allowed(self) -> Verdict:
        return policies.may_configure(self.actor, self.actor.region_id)

    def get_form_kwargs(self) -> dict[str, Any]:
        asked = self.request.GET.get("year", "")
        return {"initial": {"year": asked if asked.isascii() and asked.isdecimal() else year_at_work()}}

    def get_crumbs(self) -> list[Crumb]:
        return year_crumbs()

    def get_cancel_url(self) -> str:
        return reverse("performance:years")

    def save(self, form: YearForm) -> str:
        year, region = form.cleaned_data["year"], Region.objects.get(pk=self.actor.region_id)
        count = services.open_years(self.actor, region, year)
        messages.success(
            self.request, _("Opened for %(year)s: %(count)s projects.") % {"year": year.pk, "count": count}
        )
        return f"{reverse('performance:years')}?year={year.pk}"
