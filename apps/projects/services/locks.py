"""The order of locks: project, its parts, counter of codes; a request for change after its project."""

from typing import Any

from django.utils.translation import gettext as _

from apps.evidence.models import Entry
from apps.projects.models import Project, ProjectChange
from imbudget.kit.errors import RuleViolation
from imbudget.kit.formats import as_text


class StaleRevision(RuleViolation):
    """Someone else saved since this was read; nothing was written. `who` and `when` name the last save."""

    def __init__(self, subject: Any, events: tuple[str, ...]) -> None:
        last = (
            Entry.objects.filter(subject_type=subject._meta.label, subject_id=str(subject.pk), event__in=events)
            .order_by("-id")
            .first()
        )
        self.revision: int = subject.revision
        self.who = last.actor_name if last else ""
        self.when = last.recorded_at if last else None
        text = _("Someone else saved this while you were working on it. Load it again and compare before you save.")
        if last:
            text = _("%(who)s saved this at %(when)s while you were working on it. Load it again and compare.") % {
                "who": self.who,
                "when": as_text(self.when, "text"),
            }
        super().__init__(text)


def lock_project(project: Project) -> None:
    """Lock the row and read anew what other acts move."""
    Project.objects.select_for_update(of=("self",), no_key=True).get(pk=project.pk)
    project.refresh_from_db()


def lock_change(change: ProjectChange) -> None:
    """Lock the project of a request, then the request, and read both anew."""
    lock_project(change.project)
    ProjectChange.objects.select_for_update(of=("self",), no_key=True).get(pk=change.pk)
    change.refresh_from_db(fields=["state", "revision", "body", "amount", "reason", "return_reason"])
