"""The map of a region as a file: what its page shows, for whoever sees the page and may take figures away."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.text import get_valid_filename

from apps.dashboard.questions import question_of
from apps.dashboard.selectors.region import RegionMap
from apps.reports import services
from apps.reports.regions import region_document, region_picture, region_title
from apps.reports.views.documents import answer
from imbudget.kit.views import KitView
from imbudget.kit.views.list import content_disposition


class RegionFile(KitView):
    """XLSX, CSV, PDF or PNG of the page of the same address parameters."""

    grant = "budget.export"

    def get(self, request: HttpRequest, kind: str) -> HttpResponse:
        asked = question_of(request)
        if kind == "png":
            return self._picture(RegionMap(self.actor, asked))
        document, content = services.make_document(
            self.actor,
            asked.region,
            # Read in the document's own transaction: its parts must be of one moment.
            lambda: region_document(RegionMap(self.actor, asked), with_picture=kind == "pdf"),
            kind,
        )
        return answer(document, content, kind)

    def _picture(self, found: RegionMap) -> HttpResponse:
        if found.asked.is_of_units or found.at is None:
            raise Http404
        title = region_title(found)
        content = services.record_picture(
            self.actor, found.region, title, region_picture(found, self.request.money_unit)
        )
        response = HttpResponse(content, content_type="image/png")
        response["Content-Disposition"] = content_disposition(get_valid_filename(f"{title}.png"))
        return response
