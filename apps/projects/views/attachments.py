"""Attaching files to an application one by one, and taking them away while it is a draft."""

from typing import Any

from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.projects import policies
from apps.projects.forms import AttachmentForm
from apps.projects.models import Project, ProjectAttachment
from apps.projects.services.attachments import add_attachment, drop_attachment
from apps.projects.views.wizard import edit_url, library_crumbs
from imbudget.kit.errors import Verdict
from imbudget.kit.views import ActionPage, FormPage
from imbudget.kit.views.base import Crumb


class AttachmentAdd(FormPage):
    """One file with its kind; the step of the wizard carries the same form."""

    form_class = AttachmentForm
    grant = "projects.enter"
    title = gettext_lazy("attach a file")
    submit_label = gettext_lazy("attach")
    success_message = gettext_lazy("The file is attached.")
    multipart = True

    def setup_page(self) -> None:
        rows = Project.objects.visible_to(self.request.actor).select_related("unit", "region")
        found = rows.filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise Http404
        self.project = found

    def allowed(self) -> Verdict:
        return policies.may_edit(self.actor, self.project)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {"project": self.project}

    def save(self, form: Any) -> str:
        values = form.cleaned_data
        add_attachment(self.actor, self.project, kind=values["kind"], given=values["file"])
        return self.get_cancel_url()

    def get_cancel_url(self) -> str:
        return edit_url(self.project, "attachments")

    def get_crumbs(self) -> list[Crumb]:
        return [*library_crumbs(self.project), Crumb(_("attachments"), self.get_cancel_url())]


class AttachmentDrop(ActionPage):
    """Ask before a file goes."""

    model = ProjectAttachment
    grant = "projects.enter"
    title = gettext_lazy("take the attachment away")
    question = gettext_lazy("Take this attachment away?")
    submit_label = gettext_lazy("take away")
    success_message = gettext_lazy("The attachment is gone.")
    danger = True

    def get_queryset(self) -> Any:
        rows = ProjectAttachment.objects.filter(project__in=Project.objects.visible_to(self.actor))
        return rows.select_related("file__region", "file__unit", "project__unit")

    def allowed(self, obj: ProjectAttachment) -> Verdict:
        return policies.may_edit(self.actor, obj.project)

    def act(self, obj: ProjectAttachment, form: Any) -> None:
        drop_attachment(self.actor, obj)

    def get_success_url(self, obj: ProjectAttachment) -> str:
        return edit_url(obj.project, "attachments")

    def get_crumbs(self) -> list[Crumb]:
        project = self.object.project
        return [*library_crumbs(project), Crumb(_("attachments"), edit_url(project, "attachments"))]
