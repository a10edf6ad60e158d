"""Papers of performance: one project's, and those of a whole list as one file."""

import secrets
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.text import get_valid_filename
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.desk.models import Job
from apps.desk.services import result_path, start_job
from apps.performance.models import ProjectYear
from apps.projects.selectors.settings import setting_of
from apps.reports import services
from apps.reports.performance.papers import PAPERS, file_name
from apps.reports.performance.reading import RELATED
from apps.reports.services.performance import KIND, MOST, asked_years
from imbudget.kit import registry
from imbudget.kit.views import FormPage, KitView, ScopedMixin
from imbudget.kit.views.base import Crumb
from imbudget.kit.views.list import content_disposition

NOT_FILTERS = {"cursor", "sort", "view", "export", "columns", "paper"}


class YearPaper(ScopedMixin, KitView):
    """One paper of a project's year: Chinese whatever language the reader has, as it goes on paper."""

    module = "performance"
    model = ProjectYear
    grant = "performance.see"

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related(*RELATED)

    def get(self, request: HttpRequest, pk: int, paper: str, suffix: str) -> HttpResponse:
        if paper not in PAPERS:
            raise Http404
        of = self.get_object()
        document, content = services.make_document(self.actor, of, lambda: self.written(paper), suffix)
        response = HttpResponse(content, content_type=services.MIME[suffix])
        response["Content-Disposition"] = content_disposition(file_name(of, paper, suffix))
        response["Content-Language"] = "zh-Hans-CN"
        return response

    def written(self, paper: str) -> Any:
        """Read in the document's own transaction: its parts must be of one moment."""
        of = self.get_object()
        facts = PAPERS[paper].read([of])
        if of.pk not in facts:
            raise Http404
        return PAPERS[paper].lay_out(facts[of.pk], mongolian=setting_of(of.region).mongolian_documents)


class PapersForm(forms.Form):
    """Which paper, as what."""

    paper = forms.ChoiceField(
        label=gettext_lazy("paper"), choices=lambda: [(name, paper.label) for name, paper in PAPERS.items()]
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("kind of file"),
        choices=[("pdf", gettext_lazy("PDF, a file each")), ("xlsx", gettext_lazy("Excel, a workbook each"))],
    )


class PapersStart(FormPage):
    """Have the papers of all projects of a list made; the address carries the filters of the list."""

    module = "performance"
    form_class = PapersForm
    grant = "performance.see"
    title = gettext_lazy("papers of these projects")
    submit_label = gettext_lazy("make them in the background")

    @cached_property
    def query(self) -> str:
        return urlencode([(key, value) for key, value in self.request.GET.items() if key not in NOT_FILTERS and value])

    @property
    def help_text(self) -> str:  # type: ignore[override]
        count = asked_years(self.actor, self.query).order_by()[: MOST + 1].count()
        if count > MOST:
            text = _("The list shows more than %(most)s projects: narrow it by its filters first.")
            return text % {"most": f"{MOST:,}"}
        text = _(
            "One file with the papers of %(count)s projects, named by unit and project code. The work goes on when you leave"
            " the page, can be stopped, and goes on where it was when the computer stops."
        )
        return text % {"count": f"{count:,}"}

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"initial": {"paper": self.request.GET.get("paper", "self"), "kind": "pdf"}}

    def get_crumbs(self) -> list[Crumb]:
        return [Crumb(_("performance of projects"), self.get_cancel_url())]

    def get_cancel_url(self) -> str:
        return f"{reverse('performance:years')}?{self.query}"

    def save(self, form: Any) -> Any:
        params = {"query": self.query, "token": secrets.token_hex(16), **form.cleaned_data}
        label = _("papers of performance: %(paper)s") % {"paper": PAPERS[form.cleaned_data["paper"]].label}
        return start_job(self.actor, KIND, params, label=label).get_absolute_url()


class PapersFile(KitView):
    """The finished file, for a week; only for the person who asked for it, while the post stands."""

    module = "performance"
    grant = "performance.see"

    def get(self, request: HttpRequest, token: str) -> FileResponse:
        held = [post.pk for post in request.posts]
        jobs = Job.objects.visible_to(self.actor).filter(post__in=held, kind=KIND, state="done")
        job = get_object_or_404(jobs, params__token=token)
        path = result_path(token)
        if not path.is_file():
            raise Http404
        registry.download_record.get()(request, what=job.label, kind="zip", job=job.pk)
        return FileResponse(path.open("rb"), as_attachment=True, filename=f"{get_valid_filename(job.label)}.zip")
