"""Open data for everybody, without signing in: which regions publish, what they published of a year, its files."""

import json
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from apps.performance.models import DisclosedLine, DisclosedResult, Disclosure, Grade
from apps.performance.selectors import disclosures
from apps.reports.open.files import MIME, descriptor, in_language, licence, pieces, render, title_of
from apps.reports.open.rows import RESOURCES, named
from imbudget.kit.charts import BarChart, Head, Kind, bar_chart, money_head
from imbudget.kit.views.list import content_disposition
from imbudget.kit.views.public import PublicPage

SHOWN = 100  # projects of a page
KINDS = ("csv", "xlsx", "json")


class OpenPage(PublicPage):
    """Open data take no questions: an address with any is not one of theirs, so that no copy is made of it."""

    def load(self, **kwargs: Any) -> None:
        if self.request.GET:
            raise Http404


class OpenIndex(OpenPage):
    """The regions that publish figures, with the years."""

    template_name = "public/open_index.html"

    def validators(self) -> tuple[Any, ...]:
        return (disclosures.last_disclosed(),)

    def content(self) -> dict[str, Any]:
        return {"regions": disclosures.disclosing_regions()}


class OfDisclosure(OpenPage):
    """Pages about what a region has published of a year."""

    def load(self, **kwargs: Any) -> None:
        super().load(**kwargs)
        found = disclosures.shown(kwargs["region"], kwargs["year"])
        if found is None:
            raise Http404
        self.made: Disclosure = found

    def validators(self) -> tuple[Any, ...]:
        return (self.made.changed_at, self.made.pk)


class OpenYear(OfDisclosure):
    """The figures as charts and tables, and where the files are."""

    template_name = "public/open_year.html"

    def content(self) -> dict[str, Any]:
        made = self.made
        lines = list(DisclosedLine.objects.filter(disclosure=made).order_by("function"))
        return {
            "region": made.region,
            "made": made,
            "title": title_of(made),
            "licence": licence(),
            "functions": functions_of(made, lines),
            "grades": grades_of(made),
            "projects": disclosures.count_projects(made),
            "files": [(resource.label, name, KINDS) for name, resource in RESOURCES.items()],
        }


def functions_of(made: Disclosure, lines: list[DisclosedLine]) -> BarChart:
    """Approved and executed by function, a bar each; the smallest together."""
    sums: dict[str, tuple[str, Decimal, Decimal]] = {}
    for line in lines:
        name, approved, executed = sums.get(line.function, (named(line, "function"), Decimal(0), Decimal(0)))
        sums[line.function] = (name, approved + line.adjusted, executed + line.executed)
    head = money_head(_("expenditure by function"), made.as_of)
    rows = [(f"{code} {name}".strip(), approved, executed) for code, (name, approved, executed) in sums.items()]
    names = (_("approved, after adjustments"), _("executed"))
    return bar_chart(head, rows, names, pgettext("functions", "all others"), _("function"))


def grades_of(made: Disclosure) -> BarChart:
    """How many projects got which grade."""
    counts = dict.fromkeys(Grade, 0)
    for grade, projects in DisclosedResult.objects.filter(disclosure=made).values_list("grade", "projects"):
        counts[Grade(grade)] += projects
    head = Head(_("projects by grade"), _("projects"), made.as_of, Kind.COUNT)
    rows = [(grade.label, Decimal(count), Decimal(0)) for grade, count in counts.items() if any(counts.values())]
    return bar_chart(head, rows, (_("projects"), ""), "", _("grade"))


class OpenProjects(OfDisclosure):
    """The projects of a year by name, some at a time; the page's number stands in the address."""

    template_name = "public/open_projects.html"

    def load(self, **kwargs: Any) -> None:
        super().load(**kwargs)
        self.page = kwargs.get("page", 1)
        self.count = disclosures.count_projects(self.made)
        self.pages = max(-(-self.count // SHOWN), 1)
        if not 1 <= self.page <= self.pages:
            raise Http404

    def content(self) -> dict[str, Any]:
        first = (self.page - 1) * SHOWN
        near = {1, self.page - 1, self.page, self.page + 1, self.pages}
        return {
            "region": self.made.region,
            "made": self.made,
            "title": title_of(self.made),
            "rows": [(row, named(row, "unit"), named(row, "category"))
                     for row in disclosures.projects_of(self.made, first, first + SHOWN)],
            "count": self.count,
            "page": self.page,
            "pages": sorted(number for number in near if 1 <= number <= self.pages),
            "kinds": KINDS,
        }  # fmt: skip


class OpenFile(OfDisclosure):
    """One table as a file, or the descriptor of all."""

    def get(self, request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        response = super().get(request, **kwargs)
        if response.status_code == 200:
            response["Content-Type"] = MIME[self.kind]
            response["Content-Disposition"] = content_disposition(self.file_name)
            response["Access-Control-Allow-Origin"] = "*"  # public data: pages of others may read them
        return response

    def load(self, **kwargs: Any) -> None:
        super().load(**kwargs)
        self.resource, self.kind = kwargs.get("resource", ""), kwargs.get("kind", "json")
        stem = f"{self.made.region.code}-{self.made.year_id}"
        self.file_name = f"{stem}-{self.resource}.{self.kind}" if self.resource else "datapackage.json"

    def respond(self) -> HttpResponseBase:
        if not self.resource or not RESOURCES[self.resource].is_long:
            return super().respond()
        return StreamingHttpResponse(in_language(self.language, pieces(self.made, self.resource, self.kind)))

    def render(self, context: dict[str, Any], request: HttpRequest | None = None) -> Any:
        if self.resource:
            return render(self.made, self.resource, self.kind)
        values = [self.language, self.made.region.code, self.made.year_id]
        home = self.request.build_absolute_uri(reverse("open:year", args=values))
        return json.dumps(descriptor(self.made, home), ensure_ascii=False, indent=1).encode()
