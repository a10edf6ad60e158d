"""Files of the budget: the workbooks that come in."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.budget import policies
from apps.budget.forms import ImportForm
from apps.budget.rounds import round_of, rounds_offered
from apps.desk.services import start_job
from apps.regions.models import Region
from imbudget.kit.errors import Verdict
from imbudget.kit.views import FormPage


class ImportPage(FormPage):
    """Upload a workbook; the import runs in the background and shows its progress."""

    grant = "budget.import"
    form_class = ImportForm
    template_name = "budget/import.html"
    title = gettext_lazy("import workbooks")
    submit_label = gettext_lazy("import")
    multipart = True

    def setup_page(self) -> None:
        self.region = Region.objects.filter(pk=self.request.actor.region_id).first()

    def allowed(self) -> Verdict:
        return policies.may_import(self.actor, self.region)

    def get_context_data(self, form: Any) -> dict[str, Any]:
        years, rounds = rounds_offered()
        return super().get_context_data(form) | {
            "region": self.region,
            "now": round_of(self.request),
            "years": years,
            "rounds": rounds,
        }

    def save(self, form: ImportForm) -> Any:
        file, now = form.cleaned_data["file"], round_of(self.request)
        params = {
            "region": self.region.pk,
            "year": now.year,
            "round": now.round,
            "name": file.name,
            "dry_run": form.cleaned_data["dry_run"],
        }
        return start_job(
            self.actor, "budget.import", params, label=_("import %(name)s") % {"name": file.name}, file=file
        )
