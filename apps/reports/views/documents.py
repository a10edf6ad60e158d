"""Documents from the browser: the summary, a unit's budget, and a region's unit budgets as one file."""

import secrets
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.text import get_valid_filename
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from apps.budget.models import BudgetSheet
from apps.budget.questions import query_of, region_asked
from apps.budget.rounds import round_of
from apps.desk.models import Job
from apps.desk.services import result_path, start_job
from apps.projects.models import Project
from apps.reports import services
from apps.reports.applications import project_document
from apps.reports.definitions import sheet_document, summary_document
from apps.reports.document import Document
from apps.reports.reviews import draw_document, notice_document, review_document
from apps.review.models import Draw, Publicity, Review
from imbudget.kit.views import KitView, ScopedMixin
from imbudget.kit.views.list import content_disposition


def answer(document: Document, content: bytes, kind: str) -> HttpResponse:
    """The file, named by its title, in the reader's language."""
    response = HttpResponse(content, content_type=services.MIME[kind])
    response["Content-Disposition"] = content_disposition(get_valid_filename(f"{document.title}.{kind}"))
    response["Content-Language"] = "mn-Mong-CN" if get_language() == "mvf" else "zh-Hans-CN"
    return response


class SummaryFile(KitView):
    """The summary that the page of the same address parameters shows."""

    grant = "budget.export"
    module = "budget"

    def get(self, request: HttpRequest, kind: str) -> HttpResponse:
        query = query_of(request)
        document, content = services.make_document(
            self.actor, query.region, lambda: summary_document(self.actor, query), kind
        )
        return answer(document, content, kind)


class SheetFile(ScopedMixin, KitView):
    """The budget of one unit."""

    model = BudgetSheet
    grant = "budget.export"
    module = "budget"

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("unit", "region")

    def get(self, request: HttpRequest, pk: str, kind: str) -> HttpResponse:
        sheet = self.get_object()
        # Read once more in the document's own transaction: its total and its lines must be of one moment.
        document, content = services.make_document(self.actor, sheet, lambda: sheet_document(self.get_object()), kind)
        return answer(document, content, kind)


class ProjectFile(ScopedMixin, KitView):
    """The application of a project (项目申报书): Chinese whatever language the reader has, as it goes on paper."""

    model = Project
    grant = "projects.export"
    module = "projects"

    def get_queryset(self) -> Any:
        related = ("unit", "region", "department", "category", "answer__version")
        return super().get_queryset().select_related(*related)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        project = self.get_object()
        # Read once more in the document's own transaction: its total and its lines must be of one moment.
        document, content = services.make_document(
            self.actor, project, lambda: project_document(self.get_object()), "pdf"
        )
        response = HttpResponse(content, content_type=services.MIME["pdf"])
        name = get_valid_filename(f"{document.title}-{project.code}.pdf")
        response["Content-Disposition"] = content_disposition(name)
        response["Content-Language"] = "zh-Hans-CN"
        return response


class ReviewPaper(ScopedMixin, KitView):
    """A paper of a review; Chinese whatever language the reader has, as it goes on paper."""

    grant = "review.see"
    module = "review"
    related: tuple[str, ...] = ()
    build: Any = None

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related(*self.related)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        # Read once more in the document's own transaction: its parts must be of one moment.
        found = self.get_object()
        document, content = services.make_document(
            self.actor, found, lambda: type(self).build(self.get_object()), "pdf"
        )
        return answer(document, content, "pdf")


class ReviewFile(ReviewPaper):
    """The report of a review, with its sheets: kept inside until the result is confirmed."""

    model = Review
    related = ("region", "conclusion", "form_version__definition")
    build = staticmethod(review_document)

    def get_object(self) -> Any:
        review = super().get_object()
        if review.state not in {"confirmed", "published", "closed"}:
            raise Http404
        return review


class NoticeFile(ReviewPaper):
    """A public notice for the board."""

    model = Publicity
    related = ("region",)
    build = staticmethod(notice_document)


class DrawFile(ReviewPaper):
    """The record of a draw; its list of experts is secret until the panel sits."""

    model = Draw
    related = ("review__region", "operator", "supervisor")
    build = staticmethod(draw_document)

    def get_object(self) -> Any:
        draw = super().get_object()
        if draw.state != "drawn":
            raise Http404
        return draw


class BatchStart(KitView):
    """Begin the batch of a region's unit budgets."""

    grant = "budget.export"
    module = "budget"
    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        region, now = region_asked(request), round_of(request)
        params = {"region": region.pk, "year": now.year, "round": now.round, "token": secrets.token_hex(16)}
        label = _("unit budgets of %(region)s") % {"region": region}
        return redirect(start_job(self.actor, "reports.batch", params, label=label))


class BatchFile(KitView):
    """The finished file; only for the person who asked for it, and only for a week."""

    grant = "budget.export"
    module = "budget"

    def get(self, request: HttpRequest, token: str) -> FileResponse:
        held = [post.pk for post in request.posts]  # a post that ended since gives no file of its region any more
        jobs = Job.objects.visible_to(self.actor).filter(post__in=held, kind="reports.batch", state="done")
        job = jobs.filter(params__token=token).first()
        path = result_path(token)
        if job is None or not path.is_file():
            raise Http404
        return FileResponse(path.open("rb"), as_attachment=True, filename=f"{job.label}.zip")
