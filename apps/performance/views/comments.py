"""Comments on goals: made by who examines an application, answered by its unit, taken back."""

from typing import Any

from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.performance import goalpolicies as policies
from apps.performance import services
from apps.performance.forms.library import AnswerForm, CommentForm
from apps.performance.models import GoalComment
from apps.projects.models import Project
from imbudget.kit.errors import Verdict
from imbudget.kit.views import ActionPage, FormPage, ScopedMixin
from imbudget.kit.views.base import Crumb


def project_crumbs(project: Project) -> list[Crumb]:
    """The way back to the project's goals."""
    return [Crumb(_("project library"), reverse("projects:projects")), Crumb(str(project), goals_url(project))]


def goals_url(project: Project) -> str:
    return f"{project.get_absolute_url()}?tab=goals"


class CommentNew(ScopedMixin, FormPage):
    """A comment on a goal of a project, `?line=` names its row."""

    model = Project
    form_class = CommentForm
    grant = "performance.see"
    title = gettext_lazy("comment on a goal")
    submit_label = gettext_lazy("comment on a goal")
    success_message = gettext_lazy("The unit has been told.")

    @cached_property
    def project(self) -> Project:
        return self.get_object()

    def setup_page(self) -> None:
        self.project  # noqa: B018 (404 before anything else)

    def allowed(self) -> Verdict:
        return policies.may_comment(self.actor, self.project)

    def get_form_kwargs(self) -> dict[str, Any]:
        asked = self.request.GET.get("line", "")
        return {"project": self.project, "initial": {"line": asked[:6]}}

    def get_crumbs(self) -> list[Crumb]:
        return project_crumbs(self.project)

    def get_cancel_url(self) -> str:
        return goals_url(self.project)

    def save(self, form: Any) -> str:
        values = form.cleaned_data
        goal = self.project.goals.filter(number=values["line"]).first() if values["line"] else None
        services.comment_goal(self.actor, self.project, kind=values["kind"], text=values["text"], goal=goal)
        return goals_url(self.project)


class CommentAct(ActionPage):
    """What is done with one comment."""

    model = GoalComment
    grant = "performance.see"

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("project")

    def get_crumbs(self) -> list[Crumb]:
        return project_crumbs(self.object.project)


class CommentSettle(CommentAct):
    title = gettext_lazy("settle a comment")
    form_class = AnswerForm
    consequence = gettext_lazy("Who commented is told. Mend the goal first where the comment is right.")
    submit_label = gettext_lazy("settle a comment")
    success_message = gettext_lazy("The comment is settled.")

    def allowed(self, obj: GoalComment) -> Verdict:
        return policies.may_settle(self.actor, obj)

    def act(self, obj: GoalComment, form: Any) -> None:
        services.settle_comment(self.actor, obj, form.cleaned_data["answer"])


class CommentWithdraw(CommentAct):
    title = gettext_lazy("take a comment back")
    consequence = gettext_lazy("It stays in the record, but nobody has to answer it.")
    submit_label = gettext_lazy("take back")
    success_message = gettext_lazy("The comment is taken back.")

    def allowed(self, obj: GoalComment) -> Verdict:
        return policies.may_withdraw(self.actor, obj)

    def act(self, obj: GoalComment, form: Any) -> None:
        services.withdraw_comment(self.actor, obj)
