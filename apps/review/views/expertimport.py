"""Bringing experts in from a file: the upload, the empty workbook, the file with its wrong cells marked."""

import secrets
from pathlib import PurePath
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.desk.models import Job
from apps.desk.sealing import open_sealed
from apps.desk.services import result_path, start_job
from apps.regions.models import Region
from apps.review.forms.experts import ExpertImportForm
from apps.review.importing.template import write_template
from apps.review.jobs import IMPORT
from apps.review.policies import experts as policies
from apps.review.views.experts import pool_crumbs
from imbudget.kit import registry
from imbudget.kit.errors import Verdict
from imbudget.kit.export import MIME
from imbudget.kit.views import FormPage, KitView
from imbudget.kit.views.base import Crumb
from imbudget.kit.views.list import content_disposition


class ExpertImport(FormPage):
    """Upload a file; the import runs in the background and shows its progress."""

    grant = "review.experts"
    form_class = ExpertImportForm
    template_name = "review/expert_import.html"
    title = gettext_lazy("import experts")
    submit_label = gettext_lazy("import")
    multipart = True

    def setup_page(self) -> None:
        self.region = Region.objects.filter(pk=self.request.actor.region_id).first()

    def allowed(self) -> Verdict:
        return policies.may_keep_pool(self.actor, self.region.pk)

    def get_crumbs(self) -> list[Crumb]:
        return pool_crumbs()

    def get_cancel_url(self) -> str:
        return reverse("review:experts")

    def save(self, form: ExpertImportForm) -> Any:
        file = form.cleaned_data["file"]
        params = {name: form.cleaned_data[name] for name in ("partial", "dry_run")}
        params |= {"region": self.region.pk, "name": file.name, "token": secrets.token_hex(16)}
        label = _("import %(name)s") % {"name": file.name}
        return start_job(self.actor, IMPORT, params, label=label, file=file)


class ExpertTemplate(KitView):
    """The empty workbook."""

    grant = "review.experts"

    def get(self, request: HttpRequest) -> HttpResponse:
        response = HttpResponse(write_template(), content_type=MIME["xlsx"])
        response["Content-Disposition"] = content_disposition(f"{_('experts')}.xlsx")
        return response


class MarkedExperts(KitView):
    """A refused file with its bad cells marked; only for who sent it, and only for a week."""

    grant = "review.experts"

    def get(self, request: HttpRequest, token: str) -> FileResponse:
        held = [post.pk for post in request.posts]  # a post that ended since gives no file of its region any more
        jobs = Job.objects.visible_to(self.actor).filter(post__in=held, kind=IMPORT, state="done")
        job = jobs.filter(params__token=token).first()
        path = result_path(token, ".xlsx")
        if job is None or not path.is_file():
            raise Http404
        registry.download_record.get()(request, what=_("workbook with its wrong cells marked"), kind="xlsx", job=job.pk)
        name = f"{PurePath(job.params['name']).stem}-{_('marked')}.xlsx"
        return FileResponse(open_sealed(path), as_attachment=True, filename=name, content_type=MIME["xlsx"])
