"""Control figures: the list, one figure with its parts and versions, working out, splitting, issuing."""

from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from apps.budget import policies, services
from apps.budget.controltemplate import write_template
from apps.budget.filters import ControlFilter
from apps.budget.forms.control import ControlImportForm, FigureForm, IssueForm, SplitForm
from apps.budget.models import ControlFigure, ControlState
from apps.budget.rounds import Round, round_of
from apps.budget.selectors.control import parts_of, tops_of
from apps.budget.services.control import FigureChanged
from apps.budget.services.controlimport import HEADS
from apps.budget.tables import ControlTable
from apps.desk.services import start_job
from apps.regions.models import Department, Region, Unit
from imbudget.kit.errors import Verdict, require
from imbudget.kit.export import MIME
from imbudget.kit.views import DetailPage, FormPage, HistoryTab, KitView, ListPage, ScopedMixin, Tab
from imbudget.kit.views.action import ConfirmForm
from imbudget.kit.views.base import Crumb
from imbudget.kit.views.detail import Act
from imbudget.kit.views.list import content_disposition


def list_crumbs() -> list[Crumb]:
    return [Crumb(pgettext("amounts", "control figures"), reverse("budget:control"))]


class ControlList(ListPage):
    model = ControlFigure
    table = ControlTable
    filters = ControlFilter
    grant = "budget.see"
    title = pgettext_lazy("amounts", "control figures")
    empty_text = gettext_lazy("No control figures yet. The finance office works them out after the first submission.")

    def initial_query(self) -> dict[str, Any]:
        return {"year": round_of(self.request).year}

    def get_actions(self) -> list[tuple[Any, str]]:
        if not self.actor.can("budget.control"):
            return []
        query = f"?year={round_of(self.request).year}"
        issue = [(_("issue"), reverse("budget:control_issue") + query)]
        if not policies.may_set_control(self.actor, self.actor.region_id):
            return issue
        return [
            (_("add a figure"), reverse("budget:control_set") + query),
            (_("work out a proposal"), reverse("budget:control_proposal") + query),
            (_("import figures"), reverse("budget:control_import") + query),
            *issue,
        ]


def _parts(page: DetailPage, figure: ControlFigure) -> dict[str, Any]:
    """What the figure is split into, and what is left of it."""
    if figure.unit_id is not None:
        return {"parts": None}
    held = parts_of(figure)
    rows = ControlFigure.objects.visible_to(page.actor).filter(pk__in=[row.pk for row in held.values()])
    rows = list(rows.select_related("department", "unit").order_by("department__code", "unit__code"))
    given = sum(row.amount for row in rows)
    return {"parts": rows, "given": given, "left": figure.amount - given}


def _versions(page: DetailPage, figure: ControlFigure) -> dict[str, Any]:
    same = {name: getattr(figure, f"{name}_id") for name in ("region", "year", "department", "unit", "fund")}
    rows = ControlFigure.objects.visible_to(page.actor).filter(kind=figure.kind, **same)
    return {"versions": rows.order_by("-number")}


class ControlDetail(DetailPage):
    model = ControlFigure
    grant = "budget.see"
    template_name = "budget/control_figure.html"
    tabs = (
        Tab("parts", gettext_lazy("split"), "budget/_control_parts.html", _parts),
        Tab("versions", gettext_lazy("versions"), "budget/_control_versions.html", _versions),
        HistoryTab,
    )

    def get_queryset(self) -> Any:
        return super().get_queryset().for_list()

    def get_crumbs(self) -> list[Crumb]:
        return list_crumbs()

    def get_facts(self) -> list[tuple[Any, Any]]:
        row = self.object
        return [
            (_("region"), row.region),
            (_("competent department"), row.department or "—"),
            (_("budget unit"), row.unit or "—"),
            (_("fund type"), row.fund),
            (_("kind of expenditure"), row.get_kind_display()),
            (_("version"), row.number),
            (_("document number"), row.document or "—"),
            (_("reason of the cut"), row.reason or "—"),
        ]

    def get_acts(self) -> list[Act]:
        row = self.object
        if row.unit_id is not None or row.state == ControlState.REPLACED:
            return []
        verdict = policies.may_split_control(self.actor, row.region_id, row.department_id)
        address = reverse("budget:control_split", args=[row.pk])
        return [Act(_("split"), address, verdict, primary=True)] if verdict else []


class ControlPage(FormPage):
    """A form about the figures of the actor's own region in the year of the address."""

    grant = "budget.control"

    def setup_page(self) -> None:
        self.region = Region.objects.filter(pk=self.request.actor.region_id).first()
        self.now: Round = round_of(self.request)

    def allowed(self) -> Verdict:
        return policies.may_set_control(self.actor, self.region.pk)

    def get_cancel_url(self) -> str:
        return f"{reverse('budget:control')}?year={self.now.year}"

    def get_crumbs(self) -> list[Crumb]:
        return list_crumbs()

    def get_context_data(self, form: Any) -> dict[str, Any]:
        return super().get_context_data(form) | {"region": self.region, "now": self.now}


class ControlSet(ControlPage):
    form_class = FigureForm
    title = gettext_lazy("add a control figure")
    help_text = gettext_lazy("The figure is worked out only: it comes into force when you issue it.")
    success_message = gettext_lazy("The figure has been worked out.")

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"actor": self.actor, "region": self.region, "year": self.now.year}

    def save(self, form: FigureForm) -> str:
        try:
            services.set_control_figures(self.actor, self.region, self.now.year, [form.as_input()])
        except FigureChanged as changed:
            form.show(changed.seen)
            raise
        return self.get_cancel_url()


class ControlImport(ControlPage):
    """A file of figures; the import runs in the background."""

    form_class = ControlImportForm
    template_name = "budget/control_import.html"
    title = gettext_lazy("import control figures")
    submit_label = gettext_lazy("import")
    multipart = True

    def get_context_data(self, form: Any) -> dict[str, Any]:
        return super().get_context_data(form) | {"columns": HEADS}

    def save(self, form: ControlImportForm) -> Any:
        file = form.cleaned_data["file"]
        params = {"region": self.region.pk, "year": self.now.year, "name": file.name}
        params |= {"dry_run": form.cleaned_data["dry_run"]}
        label = _("import %(name)s") % {"name": file.name}
        return start_job(self.actor, "budget.control_import", params, label=label, file=file)


class ControlTemplate(KitView):
    """The empty workbook with what the region's rows may name."""

    grant = "budget.control"

    def get(self, request: HttpRequest) -> HttpResponse:
        region = Region.objects.filter(pk=request.actor.region_id).first()
        if region is None:
            raise Http404
        require(policies.may_set_control(self.actor, region.pk))
        response = HttpResponse(write_template(region, round_of(request).year), content_type=MIME["xlsx"])
        response["Content-Disposition"] = content_disposition("控制数模板.xlsx")
        return response


class ControlSplit(ScopedMixin, FormPage):
    """The parts of one figure in a table; nothing is sent for a part that is left empty."""

    model = ControlFigure
    grant = "budget.control"
    form_class = SplitForm
    template_name = "budget/control_split.html"
    title = gettext_lazy("split a control figure")
    success_message = gettext_lazy("The split has been worked out. It comes into force when it is issued.")

    def get_queryset(self) -> Any:
        return super().get_queryset().for_list()

    def setup_page(self) -> None:
        self.figure = self.get_object()

    def allowed(self) -> Verdict:
        return policies.may_split_control(self.actor, self.figure.region_id, self.figure.department_id)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"parts": self.parts(), "held": parts_of(self.figure)}

    def parts(self) -> Any:
        figure = self.figure
        if figure.department_id is None:
            return Department.objects.filter(region=figure.region_id, parent=None).order_by("code")
        below = [pk for pk, top in tops_of(figure.region_id).items() if top == figure.department_id]
        return Unit.objects.filter(department__in=below).order_by("code")

    def get_crumbs(self) -> list[Crumb]:
        return [*list_crumbs(), Crumb(str(self.figure), self.figure.get_absolute_url())]

    def get_cancel_url(self) -> str:
        return self.figure.get_absolute_url()

    def get_context_data(self, form: Any) -> dict[str, Any]:
        given = sum((row.amount for row in form.held.values()), Decimal(0))
        sums = {"given": given, "left": self.figure.amount - given}
        return super().get_context_data(form) | sums | {"figure": self.figure, "rows": form.rows()}

    def save(self, form: SplitForm) -> str:
        services.split_control_figures(self.actor, self.figure, form.shares())
        return self.get_cancel_url()


def scope_of(request: HttpRequest, region: Region) -> Department | None:
    """None for a region's office; a department post acts on the units of its department alone."""
    department = request.actor.department_id
    return None if department is None else Department.objects.filter(pk=department, region=region).first()


class ControlIssue(ControlPage):
    """一下 of the whole region, or of the units of one's own department."""

    form_class = IssueForm
    template_name = "budget/control_issue.html"
    title = gettext_lazy("issue control figures")
    submit_label = gettext_lazy("issue")
    success_message = gettext_lazy("Issued. The figures are in force and frozen.")

    def setup_page(self) -> None:
        super().setup_page()
        self.department = scope_of(self.request, self.region)

    def allowed(self) -> Verdict:
        return policies.may_split_control(self.actor, self.region.pk, self.actor.department_id)

    def get_context_data(self, form: Any) -> dict[str, Any]:
        drafts = ControlFigure.objects.visible_to(self.actor).filter(
            region=self.region, year=self.now.year, state=ControlState.DRAFT
        )
        parts = {
            "pool": Q(department=None),
            "departments": Q(department__isnull=False, unit=None),
            "units": Q(unit__isnull=False),
        }
        levels = {
            name: drafts.filter(part).aggregate(count=Count("pk"), total=Sum("amount", default=Decimal(0)))
            for name, part in parts.items()
        }
        count = sum(level["count"] for level in levels.values())
        context = {"department": self.department, "levels": levels, "count": count}
        return super().get_context_data(form) | context

    def save(self, form: IssueForm) -> str:
        document = form.cleaned_data["document"]
        services.issue_control_figures(self.actor, self.region, self.now.year, document, self.department)
        return self.get_cancel_url()


class ControlDrop(ControlIssue):
    """Throw away what was worked out."""

    form_class = ConfirmForm
    title = gettext_lazy("throw the drafts away")
    submit_label = gettext_lazy("throw away")
    success_message = gettext_lazy("The drafts are gone; what is in force stays.")

    def save(self, form: Any) -> str:
        services.drop_control_drafts(self.actor, self.region, self.now.year, self.department)
        return self.get_cancel_url()
