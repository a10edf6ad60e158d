"""Visual reports: of one project, of a unit, a department, a region; on the page and on paper."""

from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.text import get_valid_filename
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from apps.codes.models import FiscalYear
from apps.ledger.selectors.years import year_at_work
from apps.performance.models import ProjectYear, YearTotal
from apps.projects.filters import inside
from apps.regions.models import Department, Region, Unit
from apps.reports import services
from apps.reports.performance.reading import RELATED
from apps.reports.visual.drawn import charts_of
from apps.reports.visual.figures import Those, Visual, of_many, of_project
from apps.reports.visual.paper import visual_document
from imbudget.kit.actor import Reach
from imbudget.kit.views import KitView, ScopedMixin, TemplatePage
from imbudget.kit.views.base import Crumb
from imbudget.kit.views.list import content_disposition


def asked_key(request: HttpRequest, name: str) -> int | None:
    """A number of the address; None for none, 404 for anything else."""
    text = request.GET.get(name, "")
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise Http404
    return int(text)


class Asked:
    """Whose performance the address asks for, of what the actor sees: a unit, a department, or a region with all below it."""

    def __init__(self, request: HttpRequest) -> None:
        self.request, self.actor = request, request.actor  # type: ignore[attr-defined]
        self.year = asked_key(request, "year") or year_at_work()

    @cached_property
    def node(self) -> Unit | Department | Region | None:
        """None: all that the post sees, which is less than a region's."""
        unit, department = asked_key(self.request, "unit"), asked_key(self.request, "department")
        if unit is not None:
            return _found(Unit.objects.visible_to(self.actor), unit)
        if department is not None:
            return _found(self._departments(), department)
        if self.actor.reach == Reach.UNITS:
            return None
        return _found(Region.objects.visible_to(self.actor), asked_key(self.request, "region") or self.actor.region_id)

    def _departments(self) -> Any:
        units = Unit.objects.visible_to(self.actor)
        return Department.objects.filter(pk__in=units.order_by().values("department"))

    @property
    def those(self) -> Those:
        """The years of these projects that the actor sees, and their totals."""
        asked = {"year": self.year, **self._place()}
        totals, rows = (model.objects.visible_to(self.actor).filter(**asked) for model in (YearTotal, ProjectYear))
        return Those(totals, rows, self.node if isinstance(self.node, Unit) else None)

    def _place(self) -> dict[str, Any]:
        if isinstance(self.node, Region):
            return inside(self.node)
        if self.node is None:
            return {}
        return {"unit" if isinstance(self.node, Unit) else "department": self.node.pk}

    @property
    def query(self) -> str:
        """The address parameters of the same question."""
        pairs = [
            (name, self.request.GET[name]) for name in ("region", "department", "unit") if self.request.GET.get(name)
        ]
        return urlencode([("year", self.year), *pairs])

    def read(self) -> Visual:
        """The figures, in the language in force."""
        whose = self.node or self.actor.post_label
        title = _("Performance of the projects of %(name)s in %(year)s") % {"name": whose, "year": self.year}
        by = "department" if isinstance(self.node, Region) else "unit"
        return of_many(self.those, title, by, f"?{urlencode({'year': self.year})}")  # type: ignore[arg-type]


def _found(rows: Any, key: int | None) -> Any:
    row = rows.filter(pk=key).first()
    if row is None:
        raise Http404
    return row


class VisualPage(TemplatePage):
    """The report of many projects."""

    module = "performance"
    grant = "performance.see"
    template_name = "reports/visual.html"
    title: str | Promise = gettext_lazy("visual report")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        asked = Asked(self.request)
        made = asked.read()
        return super().get_context_data(**kwargs) | {
            "title": made.title,
            "made": made,
            "charts": charts_of(made, self.request.money_unit),
            "year": asked.year,
            "years": FiscalYear.objects.order_by("-year").values_list("year", flat=True),
            "region": asked.node if isinstance(asked.node, Region) else None,
            "may_choose_region": self.actor.reach in {Reach.LEAGUE, Reach.EVERYTHING},
            "paper": f"{reverse('reports:visual_file')}?{asked.query}",
        }

    def get_crumbs(self) -> list[Crumb]:
        return [Crumb(_("performance of projects"), reverse("performance:years"))]


class VisualFile(KitView):
    """The same on paper."""

    module = "performance"
    grant = "performance.see"

    def get(self, request: HttpRequest) -> HttpResponse:
        asked = Asked(request)
        subject = asked.node or Region.objects.get(pk=self.actor.region_id)
        with override("zh-hans"):
            document, content = services.make_document(
                self.actor, subject, lambda: visual_document(asked.read()), "pdf"
            )
        return _pdf(document.title, content)


def _pdf(title: str, content: bytes) -> HttpResponse:
    response = HttpResponse(content, content_type=services.MIME["pdf"])
    response["Content-Disposition"] = content_disposition(get_valid_filename(f"{title}.pdf"))
    response["Content-Language"] = "zh-Hans-CN"
    return response


class YearVisual(ScopedMixin, TemplatePage):
    """The report of one project."""

    module = "performance"
    model = ProjectYear
    grant = "performance.see"
    template_name = "reports/visual.html"

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related(*RELATED)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        of = self.get_object()
        made = of_project(of)
        return super().get_context_data(**kwargs) | {
            "title": made.title,
            "crumbs": [
                Crumb(_("performance of projects"), reverse("performance:years")),
                Crumb(str(of), of.get_absolute_url()),
            ],
            "made": made,
            "charts": charts_of(made, self.request.money_unit),
            "paper": reverse("reports:visual_year_file", args=[of.pk]),
        }


class YearVisualFile(ScopedMixin, KitView):
    """The same on paper."""

    module = "performance"
    model = ProjectYear
    grant = "performance.see"

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related(*RELATED)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        of = self.get_object()
        with override("zh-hans"):
            document, content = services.make_document(
                self.actor, of, lambda: visual_document(of_project(self.get_object())), "pdf"
            )
        return _pdf(f"{document.title}-{of.project.code}", content)
