"""Lists of projects: the library, and what a person still has to hand in."""

from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.projects import services
from apps.projects.filters import ProjectFilter
from apps.projects.models import Project, ProjectState
from apps.projects.models.project import CODE
from apps.projects.tables import ProjectTable
from imbudget.kit.actor import Actor
from imbudget.kit.bulk import BulkAct
from imbudget.kit.views import ListPage


def _submit(actor: Actor, project: Project) -> None:
    services.submit_project(actor, project)


def _abandon(actor: Actor, project: Project) -> None:
    services.abandon_project(actor, project)


class ProjectList(ListPage):
    model = Project
    table = ProjectTable
    filters = ProjectFilter
    grant = "projects.see"
    title = gettext_lazy("project library")
    empty_text = gettext_lazy("No project yet. Units apply for theirs here, or the finance office imports them.")
    bulk = (
        BulkAct(
            "submit",
            gettext_lazy("submit"),
            _submit,
            grant="projects.submit",
            question=gettext_lazy("Hand these projects in for approval?"),
            icon="send",
        ),
        BulkAct(
            "abandon",
            gettext_lazy("give up"),
            _abandon,
            grant="projects.enter",
            question=gettext_lazy("Give these projects up for good?"),
            icon="trash",
            danger=True,
        ),
    )

    @cached_property
    def rows(self) -> Any:
        """A whole project code finds its project by the index of codes, wherever the library ends."""
        code = self.search_text.upper()
        if CODE.regex.match(code):  # type: ignore[union-attr]
            return self.narrowed_rows.filter(code=code)
        return super().rows

    def get_actions(self) -> list[tuple[Any, str]]:
        if self.actor.can("projects.enter"):
            return [(_("new project"), reverse("projects:start"))]
        if self.actor.can("projects.import") or self.actor.can("projects.draft"):
            return [(_("import projects"), reverse("projects:import"))]
        return []


class DraftList(ProjectList):
    """What the person began themselves and has not handed in, or got back."""

    title = gettext_lazy("my drafts")
    grant = "projects.enter"
    empty_text = gettext_lazy("You have no project that is not handed in.")

    def get_queryset(self) -> Any:
        open_states = (ProjectState.DRAFT, ProjectState.RETURNED)
        return super().get_queryset().filter(author_id=self.actor.user_id, state__in=open_states)
