"""The published tables (部门预算公开表): chosen and looked at, and taken away as a workbook or on paper."""

import secrets
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.text import get_valid_filename
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.budget.questions import may_choose_region, region_asked
from apps.budget.rounds import round_of, rounds_offered
from apps.desk.models import Job
from apps.desk.services import result_path, start_job
from apps.regions.models import Unit
from apps.reports import services
from apps.reports.published.figures import figures_of
from apps.reports.published.scope import Scope, departments_of, of_department, of_region, of_unit
from apps.reports.published.shown import shown
from apps.reports.published.tables import basis_of, published_document, twelve_tables
from apps.reports.published.ties import ties
from apps.reports.services.published import KIND, MOST_AT_ONCE
from apps.reports.views.documents import answer
from imbudget.kit.actor import Actor, Reach
from imbudget.kit.views import KitView, TemplatePage


def scope_asked(request: HttpRequest) -> Scope:
    """The unit that the address names, else the department, else the region; nothing named: the actor's own node."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    unit, department = _chosen(request)
    if unit is not None:
        return of_unit(_found(Unit.objects.visible_to(actor).select_related("region"), unit))
    if department is not None:
        found = of_department(actor, _found(departments_of(actor).select_related("region"), department))
        if found is None:
            raise Http404
        return found
    if actor.reach != Reach.UNITS:
        return of_region(region_asked(request))
    return _own(actor)


def _chosen(request: HttpRequest) -> tuple[int | None, int | None]:
    """The unit or the department asked for; of several fields of the page's form the one that was changed counts."""
    unit, department, region = (_key(request, name) for name in ("unit", "department", "region"))
    before = _key(request, "from_region")
    if region is not None and before is not None and region != before:
        return None, None
    if unit is not None and department is not None:
        return (None, department) if request.GET.get("from_kind") == "unit" else (unit, None)
    return unit, department


def _own(actor: Actor) -> Scope:
    """A unit's own tables; a department's where the post holds all its units."""
    first = Unit.objects.visible_to(actor).select_related("region", "department__region").order_by("code").first()
    if first is None:
        raise Http404
    whole = of_department(actor, first.department) if len(actor.unit_ids) > 1 else None
    return whole or of_unit(first)


def _key(request: HttpRequest, name: str) -> int | None:
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def _found(rows: Any, key: int) -> Any:
    row = rows.filter(pk=key).first()
    if row is None:
        raise Http404
    return row


class PublishedPage(TemplatePage):
    grant = "budget.see"
    module = "budget"
    template_name = "reports/published.html"
    title = gettext_lazy("published tables")

    @cached_property
    def scope(self) -> Scope:
        return scope_asked(self.request)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        scope, year = self.scope, round_of(self.request).year
        made = figures_of(scope, year)
        tables = twelve_tables(made)
        number = _key(self.request, "table") or 1
        number = number if number <= len(tables) else 1
        held, office = ties(tables), self.actor.reach != Reach.UNITS
        asked = {"year": year, scope.kind: scope.node.pk}
        return super().get_context_data(**kwargs) | {
            "scope": scope,
            "region": scope.region,
            "year": year,
            "years": rounds_offered()[0],
            "may_choose_region": office and may_choose_region(self.actor),
            "may_choose_unit": office or len(self.actor.unit_ids) > 1,
            "office": office,
            "departments": departments_of(self.actor).filter(region=scope.region).order_by("code"),
            "is_draft": made.document is None,
            "basis": basis_of(made),
            "ties": held,
            "broken": [tie for tie in held if not tie.holds],
            "tables": [(place, each.title, not each.rows) for place, each in enumerate(tables, 1)],
            "number": number,
            "asked": urlencode(asked),
            "takes_long": scope.size > MOST_AT_ONCE,
            **shown(tables[number - 1]),
        }


class PublishedFile(KitView):
    """All twelve in one file; a workbook has a worksheet for each. On paper those of many units are made in the background."""

    grant = "budget.export"
    module = "budget"

    def get(self, request: HttpRequest, kind: str) -> HttpResponse:
        scope, year = scope_asked(request), round_of(request).year
        if kind == "pdf" and scope.size > MOST_AT_ONCE:
            messages.info(request, _("So many units on paper take a while: have the file made in the background."))
            return redirect(f"{reverse('reports:published')}?{urlencode({'year': year, scope.kind: scope.node.pk})}")
        document, content = services.make_document(
            self.actor, scope.node, lambda: published_document(figures_of(scope, year)), kind
        )
        return answer(document, content, kind)


class PublishedStart(KitView):
    """Begin the file of many units."""

    grant = "budget.export"
    module = "budget"
    http_method_names = ["post"]

    def post(self, request: HttpRequest) -> HttpResponse:
        scope, year = scope_asked(request), round_of(request).year
        params = {"kind": scope.kind, "node": scope.node.pk, "year": year, "token": secrets.token_hex(16)}
        label = _("published tables of %(name)s for %(year)s") % {"name": scope.node, "year": year}
        return redirect(start_job(self.actor, KIND, params, label=label))


class PublishedDone(KitView):
    """The finished file; only for the person who asked for it, and only for a week."""

    grant = "budget.export"
    module = "budget"

    def get(self, request: HttpRequest, token: str) -> FileResponse:
        held = [post.pk for post in request.posts]  # a post that ended since gives no file of its region any more
        jobs = Job.objects.visible_to(self.actor).filter(post__in=held, kind=KIND, state="done")
        job = jobs.filter(params__token=token).first()
        path = result_path(token, ".pdf")
        if job is None or not path.is_file():
            raise Http404
        return FileResponse(path.open("rb"), as_attachment=True, filename=f"{get_valid_filename(job.label)}.pdf")
