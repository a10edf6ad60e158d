"""Acts on a project: hand in, take back, give up, go on next year."""

from typing import Any

from django.utils.translation import gettext_lazy

from apps.lowcode.submitting import SubmitPage
from apps.projects import policies, services
from apps.projects.forms import CopyForm
from apps.projects.models import Project
from apps.projects.services.application import SUBJECT
from apps.projects.views.wizard import edit_url, library_crumbs
from imbudget.kit.errors import Verdict
from imbudget.kit.views import ActionPage
from imbudget.kit.views.action import ReasonForm
from imbudget.kit.views.base import Crumb


class ProjectAction(ActionPage):
    model = Project

    def get_queryset(self) -> Any:
        return super().get_queryset().select_related("unit", "region", "department")

    def get_crumbs(self) -> list[Crumb]:
        return library_crumbs(self.object)


class ProjectSubmit(SubmitPage, ProjectAction):
    title = gettext_lazy("submit")
    question = gettext_lazy("Hand this project in for approval?")
    consequence = gettext_lazy("You cannot change it any more until you take it back or it is returned.")
    submit_label = gettext_lazy("submit")
    success_message = gettext_lazy("Handed in. The timeline shows who has it now.")

    def allowed(self, obj: Project) -> Verdict:
        return policies.may_submit(self.actor, obj)

    def act(self, obj: Project, form: Any) -> None:
        services.submit_project(self.actor, obj, chosen=form.chosen())

    def subject(self, obj: Project) -> str:
        return SUBJECT

    def get_success_url(self, obj: Project) -> str:
        return f"{obj.get_absolute_url()}?tab=approval"


class ProjectWithdraw(ProjectAction):
    title = gettext_lazy("take back")
    question = gettext_lazy("Take this project back?")
    consequence = gettext_lazy("Its approval ends; you can change it and hand it in again.")
    submit_label = gettext_lazy("take back")
    success_message = gettext_lazy("Taken back. You can change it again.")

    def allowed(self, obj: Project) -> Verdict:
        return policies.may_withdraw(self.actor, obj)

    def act(self, obj: Project, form: Any) -> None:
        services.withdraw_project(self.actor, obj)


class ProjectAbandon(ProjectAction):
    form_class = ReasonForm
    title = gettext_lazy("give up")
    question = gettext_lazy("Give this project up for good?")
    consequence = gettext_lazy("It stays in the library as abandoned; its code is not used again.")
    submit_label = gettext_lazy("give up")
    success_message = gettext_lazy("The project is abandoned.")
    danger = True

    def allowed(self, obj: Project) -> Verdict:
        return policies.may_abandon(self.actor, obj)

    def act(self, obj: Project, form: Any) -> None:
        services.abandon_project(self.actor, obj, form.cleaned_data["reason"])


class ProjectCopy(ProjectAction):
    form_class = CopyForm
    title = gettext_lazy("copy for next year")
    question = gettext_lazy("Go on with this project in another year?")
    consequence = gettext_lazy("A new application begins with the same grounds and lines, linked to this one.")
    submit_label = gettext_lazy("copy")
    success_message = gettext_lazy("Copied. Look through every step: amounts and terms are those of the old project.")

    def allowed(self, obj: Project) -> Verdict:
        return policies.may_copy(self.actor, obj)

    def get_initial(self, obj: Project) -> dict[str, Any]:
        return {"year": obj.setup_year + 1}

    def act(self, obj: Project, form: Any) -> str:
        return edit_url(services.copy_from(self.actor, obj, year=form.cleaned_data["year"]), "basics")
