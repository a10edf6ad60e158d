"""Letters of an approval: one unit's, and those of all units as one file."""

import secrets
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.text import get_valid_filename
from django.utils.translation import gettext as _

from apps.desk.models import Job
from apps.desk.services import result_path, start_job
from apps.ledger.models import AuthorityDocument
from apps.regions.models import Unit
from apps.reports import services
from apps.reports.letters import carries_mongolian, letter_document
from apps.reports.policies import may_make_letters
from apps.reports.selectors import posted_approvals, units_of
from imbudget.kit import registry
from imbudget.kit.errors import require
from imbudget.kit.views import KitView, ScopedMixin
from imbudget.kit.views.list import content_disposition


class LetterFile(KitView):
    """The letter to one unit: for whoever sees the unit, for it is the unit's paper and not the office's."""

    grant = "budget.export"
    module = "budget"

    def get(self, request: HttpRequest, pk: int, unit: int) -> HttpResponse:
        document = get_object_or_404(posted_approvals(), pk=pk)
        seen = Unit.objects.visible_to(self.actor).filter(pk__in=units_of(document).order_by().values("pk"))
        receiver = get_object_or_404(seen, pk=unit)
        mongolian = carries_mongolian(document)
        made, content = services.make_document(
            self.actor, document, lambda: letter_document(document, receiver, mongolian=mongolian), "pdf"
        )
        response = HttpResponse(content, content_type=services.MIME["pdf"])
        response["Content-Disposition"] = content_disposition(get_valid_filename(f"{receiver.code}-{made.title}.pdf"))
        response["Content-Language"] = "zh-Hans-CN"
        return response


class LettersStart(ScopedMixin, KitView):
    """Begin the letters of all units."""

    model = AuthorityDocument
    grant = "budget.export"
    module = "budget"
    http_method_names = ["post"]

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        document = self.get_object()
        require(may_make_letters(self.actor, document))  # the job would refuse as well, but it should not even begin
        params: dict[str, Any] = {"document": document.pk, "token": secrets.token_hex(16)}
        label = _("letters of %(number)s") % {"number": document.number}
        return redirect(start_job(self.actor, "reports.letters", params, label=label))


class LettersFile(KitView):
    """The finished file, for a week: for the officers of the region, whoever of them asked for it."""

    grant = "budget.export"
    module = "budget"

    def get(self, request: HttpRequest, token: str) -> FileResponse:
        job = get_object_or_404(Job.objects.filter(kind="reports.letters", state="done"), params__token=token)
        document = get_object_or_404(
            AuthorityDocument.objects.visible_to(self.actor).select_related("region"), pk=job.params["document"]
        )
        path = result_path(token)
        if not may_make_letters(self.actor, document) or not path.is_file():
            raise Http404
        registry.download_record.get()(request, what=job.label, kind="zip", job=job.pk)
        return FileResponse(path.open("rb"), as_attachment=True, filename=f"{get_valid_filename(job.label)}.zip")
