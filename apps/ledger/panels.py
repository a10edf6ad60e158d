"""What the ledger shows on the page of a project: its authority by year."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.ledger.selectors.projects import authority_by_year
from apps.projects.models import Project
from imbudget.kit.registry import Panel


def _authority(page: Any, project: Project) -> dict[str, Any]:
    if not page.actor.can("ledger.see"):
        return {"years": []}
    return {
        "years": list(authority_by_year(page.actor, project)),
        "address": f"{reverse('ledger:authorities')}?project_code={project.code}&year=",
    }


PROJECT_PANELS = [Panel(_("authority of the project"), "ledger/_of_project.html", _authority, name="authority")]
