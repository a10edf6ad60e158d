"""Files of the budget: the workbooks that come in."""

import secrets
from pathlib import PurePath
from typing import Any

from django.http import FileResponse, Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.budget import policies
from apps.budget.forms.sheets import ImportForm
from apps.budget.models import BudgetSheet
from apps.budget.rounds import round_of, rounds_offered
from apps.desk.models import Job
from apps.desk.sealing import open_sealed
from apps.desk.services import result_path, start_job
from apps.regions.models import Region
from imbudget.kit import registry
from imbudget.kit.errors import Verdict
from imbudget.kit.export import MIME
from imbudget.kit.views import FormPage, KitView, ScopedMixin
from imbudget.kit.views.base import Crumb


class WorkbookPage(FormPage):
    """Upload a workbook; the import runs in the background and shows its progress."""

    form_class = ImportForm
    submit_label = gettext_lazy("import")
    multipart = True

    def start(self, form: ImportForm, **params: Any) -> Any:
        """Begin the job: the file, what the form says, and where the page sends the rows."""
        file = form.cleaned_data["file"]
        params |= {name: form.cleaned_data[name] for name in ("partial", "dry_run")}
        params |= {"name": file.name, "token": secrets.token_hex(16)}
        label = _("import %(name)s") % {"name": file.name}
        return start_job(self.actor, "budget.import", params, label=label, file=file)


class ImportPage(WorkbookPage):
    """The workbooks that units handed in to the finance office of their region."""

    grant = "budget.import"
    template_name = "budget/import.html"
    title = gettext_lazy("import workbooks")

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
        now = round_of(self.request)
        return self.start(form, region=self.region.pk, year=now.year, round=now.round)


class SheetImport(ScopedMixin, WorkbookPage):
    """The workbook of the unit itself: its lines replace those of the sheet, which the unit then hands in."""

    model = BudgetSheet
    grant = "budget.enter"
    template_name = "budget/import_own.html"
    title = gettext_lazy("upload the unit's workbook")

    def setup_page(self) -> None:
        self.sheet = self.get_object()

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("unit", "region", "year")

    def allowed(self) -> Verdict:
        return policies.may_import_own(self.actor, self.sheet)

    def get_crumbs(self) -> list[Crumb]:
        return [
            Crumb(_("budget sheets"), reverse("budget:sheets")),
            Crumb(str(self.sheet), self.sheet.get_absolute_url()),
        ]

    def get_cancel_url(self) -> str:
        return self.sheet.get_absolute_url()

    def get_context_data(self, form: Any) -> dict[str, Any]:
        return super().get_context_data(form) | {"sheet": self.sheet, "line_count": self.sheet.lines.count()}

    def save(self, form: ImportForm) -> Any:
        sheet = self.sheet
        return self.start(form, sheet=sheet.pk, region=sheet.region_id, year=sheet.year_id, round=sheet.round)


class MarkedFile(KitView):
    """A refused workbook with its bad cells marked; only for who sent it, and only for a week."""

    grant = "budget.see"

    def get(self, request: HttpRequest, token: str) -> FileResponse:
        held = [post.pk for post in request.posts]  # a post that ended since gives no file of its region any more
        jobs = Job.objects.visible_to(self.actor).filter(post__in=held, kind="budget.import", state="done")
        job = jobs.filter(params__token=token).first()
        path = result_path(token, ".xlsx")
        if job is None or not path.is_file():
            raise Http404
        registry.download_record.get()(request, what=_("workbook with its wrong cells marked"), kind="xlsx", job=job.pk)
        name = f"{PurePath(job.params['name']).stem}-{_('marked')}.xlsx"
        return FileResponse(open_sealed(path), as_attachment=True, filename=name, content_type=MIME["xlsx"])
