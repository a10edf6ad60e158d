"""The signature on a long document, as background work."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.desk.kinds import JobKind, Progress
from apps.lowcode.models import Task
from apps.lowcode.services import tasks
from imbudget.kit.actor import Actor

APPROVE = "lowcode.approve"


def run_approval(actor: Actor, params: dict[str, Any], path: str, progress: Progress) -> dict[str, Any]:
    """Sign a task; everything that follows the last signature is done in the job's own transaction."""
    task = Task.objects.select_related("case").get(pk=params["task"])
    tasks.approve(actor, task, opinion=params["opinion"], asked=params["asked"])
    return {"url": reverse("lowcode:task", args=[task.pk]), "summary": _("Approved.")}


KINDS = {APPROVE: JobKind(gettext_lazy("approval of a long document"), run_approval)}
