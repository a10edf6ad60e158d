"""The page of a project: its application, money, schedule, checks, versions, changes, and what can be done with it."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.lowcode.panels import timeline_tab
from apps.lowcode.rendering import display
from apps.lowcode.selectors.forms import schema_of, values_shown
from apps.projects import policies
from apps.projects.lent import DETAIL, lent_to
from apps.projects.models import Project, ProjectVersion
from apps.projects.selectors.attachments import attachments_of
from apps.projects.selectors.money import money_of
from apps.projects.selectors.versions import compare
from apps.projects.views.missing import review_of, to_mend
from apps.projects.views.wizard import library_crumbs
from imbudget.kit.actor import Actor
from imbudget.kit.errors import Verdict
from imbudget.kit.fields import mask_phone
from imbudget.kit.reading import name_behind
from imbudget.kit.views import DetailPage, HistoryTab, KitView, ScopedMixin, Tab
from imbudget.kit.views.base import Crumb
from imbudget.kit.views.detail import Act

NAMED = ("unit", "region", "department", "category")  # what the head names
TEXTS = ("overview", "necessity", "feasibility", "organisation", "risks")
FLAGS = ("is_capital", "is_research", "is_procurement", "is_service")


def _application(page: DetailPage, project: Project) -> dict[str, Any]:
    labels = {field.name: field.verbose_name for field in Project._meta.get_fields() if hasattr(field, "verbose_name")}
    return {
        "texts": [(name, labels[name], getattr(project, name)) for name in TEXTS],
        "flags": [labels[name] for name in FLAGS if getattr(project, name)],
        "tags": project.tags.all(),
        "bases": project.bases.all(),
        "answers": answers_of(page.actor, project),
    }


def answers_of(actor: Actor, project: Project) -> list[Any]:
    """The lines of the region's own form, as this person may read them."""
    if project.answer is None:
        return []
    return list(display(schema_of(project.answer.version), values_shown(actor, project.answer)))


def _money(page: DetailPage, project: Project) -> dict[str, Any]:
    return {"money": money_of(project)}


def _schedule(page: DetailPage, project: Project) -> dict[str, Any]:
    return {"milestones": project.milestones.all()}


def _goals(page: DetailPage, project: Project) -> dict[str, Any]:
    """The target table with the sum of its weights where any is given, and what apps above say of it."""
    goals = list(project.goals.all())
    weights = [goal.weight for goal in goals if goal.weight is not None]
    lent = lent_to(DETAIL, project, page, "goals")
    return {"goals": goals, "points": sum(weights) if weights else None, "lent": lent}


def _attachments(page: DetailPage, project: Project) -> dict[str, Any]:
    return {"attachments": attachments_of(project)}


def _checks(page: DetailPage, project: Project) -> dict[str, Any]:
    return {"review": review_of(page.actor, project), "may_mend": bool(policies.may_edit(page.actor, project))}


def _versions(page: DetailPage, project: Project) -> dict[str, Any]:
    return {"versions": project.versions.select_related("user").defer("body")}


def _changes(page: DetailPage, project: Project) -> dict[str, Any]:
    return {"requests": project.changes.select_related("author")}


class ProjectDetail(DetailPage):
    model = Project
    grant = "projects.see"
    template_name = "projects/project.html"
    tabs = (
        Tab("application", gettext_lazy("application"), "projects/_application.html", _application),
        Tab("money", gettext_lazy("funding and calculation"), "projects/_money.html", _money),
        Tab("schedule", gettext_lazy("schedule"), "projects/_schedule.html", _schedule),
        Tab("goals", gettext_lazy("performance goals"), "projects/_goals.html", _goals),
        Tab("attachments", gettext_lazy("attachments"), "projects/_attachments.html", _attachments),
        Tab("checks", gettext_lazy("checks"), "projects/_checks.html", _checks),
        Tab("versions", gettext_lazy("versions"), "projects/_versions.html", _versions),
        timeline_tab("projects.application"),
        Tab("changes", gettext_lazy("requests for change"), "projects/_changes.html", _changes),
        HistoryTab,
    )

    def get_queryset(self) -> Any:
        # A join of these tables takes the planner ten times as long as their rows take the server.
        return super().get_queryset().annotate(**{f"{key}_name": name_behind(Project, key) for key in NAMED})

    def all_tabs(self) -> list[Tab]:
        """What later apps add stands before the history."""
        tabs = super().all_tabs()
        return [tab for tab in tabs if tab is not HistoryTab] + [HistoryTab]

    def get_crumbs(self) -> list[Crumb]:
        return library_crumbs()

    def get_facts(self) -> list[tuple[Any, Any]]:
        project = self.object
        term = str(project.start_year)
        if project.end_year != project.start_year:
            term = f"{project.start_year}–{project.end_year}"
        facts = [
            (_("budget unit"), project.unit_name),
            (_("competent department"), project.department_name),
            (_("region"), project.region_name),
            (_("kind of project"), project.get_kind_display()),
            (_("category"), project.category_name or "–"),
            (_("term"), term),
            (_("level"), project.get_level_display()),
            (_("new or continued"), project.get_origin_display()),
            (_("responsible person"), " ".join(filter(None, [project.responsible, mask_phone(project.phone)])) or "–"),
        ]
        return facts + ([(_("urgency"), project.get_urgency_display())] if project.urgency else [])

    def get_acts(self) -> list[Act]:
        """The unit's acts; what cannot be done now says why only where the unit's people look at it."""
        project, actor = self.object, self.actor
        if not actor.holds_unit(project.unit_id):
            return []
        acts = [
            self._act(_("submit"), "submit", policies.may_submit(actor, project), primary=True),
            self._act(_("edit"), "edit", policies.may_edit(actor, project)),
            self._act(_("take back"), "withdraw", policies.may_withdraw(actor, project)),
            self._act(_("request a change"), "change_new", policies.may_request_change(actor, project)),
            self._act(_("request the end"), "terminate", policies.may_request_change(actor, project)),
            self._act(_("copy for next year"), "copy", policies.may_copy(actor, project)),
            self._act(_("give up"), "abandon", policies.may_abandon(actor, project), danger=True),
        ]
        return [act for act in acts if act.verdict]

    def get_context_data(self) -> dict[str, Any]:
        mend = to_mend(self.object) if policies.may_edit(self.actor, self.object) else []
        return super().get_context_data() | {"mend": mend}

    def _act(self, label: str, name: str, verdict: Verdict, **look: bool) -> Act:
        return Act(label, reverse(f"projects:{name}", args=[self.object.pk]), verdict, **look)


class VersionCompare(ScopedMixin, KitView):
    """Two versions of an application side by side: `?a=1&b=2`, by default the last two."""

    model = Project
    grant = "projects.see"

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        project = self.get_object()
        numbers = list(project.versions.order_by("number").values_list("number", flat=True))
        if not numbers:
            raise Http404
        before, after = self._version(project, "a", numbers[-2:][0]), self._version(project, "b", numbers[-1])
        context = {
            "title": _("what changed"),
            "crumbs": library_crumbs(project),
            "project": project,
            "numbers": numbers,
            "before": before,
            "after": after,
            "differences": compare(before, after),
        }
        return TemplateResponse(request, "projects/compare.html", context)

    def _version(self, project: Project, name: str, otherwise: int) -> ProjectVersion:
        asked = self.request.GET.get(name, "")
        number = int(asked) if asked.isascii() and asked.isdecimal() and len(asked) < 9 else otherwise
        version = project.versions.select_related("user").filter(number=number).first()
        if version is None:
            raise Http404
        return version
