"""Files of projects: the empty template, the upload, what an import did, and a refused file with its cells marked."""

import secrets
from pathlib import PurePath
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.codes.selectors import year_being_compiled
from apps.desk.models import Job
from apps.desk.sealing import open_sealed
from apps.desk.services import result_path, start_job
from apps.projects import policies
from apps.projects.forms import ImportForm
from apps.projects.importing.template import write_template
from apps.projects.jobs import IMPORT
from apps.projects.views.wizard import library_crumbs
from apps.regions.models import Region
from imbudget.kit import registry
from imbudget.kit.errors import Verdict
from imbudget.kit.export import MIME
from imbudget.kit.views import FormPage, KitView, TemplatePage
from imbudget.kit.views.base import Crumb
from imbudget.kit.views.list import content_disposition


class ImportPage(FormPage):
    """Upload a file; the import runs in the background and shows its progress."""

    form_class = ImportForm
    grant = "projects.see"
    template_name = "projects/import.html"
    title = gettext_lazy("import projects")
    submit_label = gettext_lazy("import")
    multipart = True

    def setup_page(self) -> None:
        self.region = Region.objects.filter(pk=self.request.actor.region_id).first()

    def allowed(self) -> Verdict:
        if self.actor.can("projects.draft"):
            return policies.may_import_drafts(self.actor, self.region)
        return policies.may_import(self.actor, self.region)

    def get_crumbs(self) -> list[Crumb]:
        return library_crumbs()

    def get_cancel_url(self) -> str:
        return reverse("projects:projects")

    def get_context_data(self, form: Any) -> dict[str, Any]:
        context = {"region": self.region, "drafts_only": self.actor.can("projects.draft")}
        return super().get_context_data(form) | context

    def save(self, form: ImportForm) -> Any:
        given = form.cleaned_data
        file = given["file"]
        params = {name: given[name] for name in ("year", "partial", "dry_run")}
        params |= {"region": self.region.pk, "name": file.name, "token": secrets.token_hex(16)}
        label = _("import %(name)s") % {"name": file.name}
        return start_job(self.actor, IMPORT, params, label=label, file=file)


class TemplateFile(KitView):
    """The empty workbook with the categories in use, and amounts from the year being compiled on."""

    grant = "projects.see"

    def get(self, request: HttpRequest) -> HttpResponse:
        response = HttpResponse(write_template(year_being_compiled()), content_type=MIME["xlsx"])
        response["Content-Disposition"] = content_disposition("项目库导入模板.xlsx")
        return response


class ImportResult(TemplatePage):
    """What an import did, or why it did nothing; only for who sent the file."""

    grant = "projects.see"
    template_name = "projects/import_result.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.job = job_of(request, kwargs["token"])
        return super().get(request, *args, **kwargs)

    def get_title(self) -> str:
        return self.job.label

    def get_crumbs(self) -> list[Crumb]:
        return library_crumbs()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(**kwargs) | {"job": self.job, "report": self.job.result["projects"]}


class MarkedFile(KitView):
    """A refused file with its bad cells marked; only for who sent it, and only for a week."""

    grant = "projects.see"

    def get(self, request: HttpRequest, token: str) -> FileResponse:
        job = job_of(request, token)
        path = result_path(token, ".xlsx")
        if not path.is_file():
            raise Http404
        registry.download_record.get()(request, what=_("workbook with its wrong cells marked"), kind="xlsx", job=job.pk)
        name = f"{PurePath(job.params['name']).stem}-{_('marked')}.xlsx"
        return FileResponse(open_sealed(path), as_attachment=True, filename=name, content_type=MIME["xlsx"])


def job_of(request: HttpRequest, token: str) -> Job:
    """The finished import of this token, begun by this person in a post that they still hold; else 404."""
    held = [post.pk for post in request.posts]
    done = Job.objects.visible_to(request.actor).filter(post__in=held, kind=IMPORT, state="done")
    job: Job | None = done.filter(params__token=token).first()
    if job is None:
        raise Http404
    return job
