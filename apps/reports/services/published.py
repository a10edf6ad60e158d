"""The published tables of many units on paper, made in the background."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from apps.desk.services import result_path
from apps.reports.published.figures import figures_of
from apps.reports.published.scope import named
from apps.reports.published.tables import published_document
from apps.reports.services import make_document
from imbudget.kit.actor import Actor
from imbudget.kit.errors import RuleViolation
from imbudget.kit.wholefiles import keep_whole

KIND = "reports.published"
MOST_AT_ONCE = 60  # units whose tables are laid out while a browser waits


def make_published(actor: Actor, params: dict[str, Any], path: str, progress: Any) -> dict[str, Any]:
    """All twelve tables of a department or region as one PDF file (a background job)."""
    scope = named(actor, params["kind"], params["node"])
    if scope is None or not actor.can("budget.export"):
        raise RuleViolation(_("Your post does not include these tables."))
    progress(0, 3, _("adding up"))
    made = figures_of(scope, params["year"])
    progress(1, 3, _("laying out"))
    _document, content = make_document(actor, scope.node, lambda: published_document(made), "pdf")
    progress(2, 3)
    keep_whole(result_path(params["token"], ".pdf"), lambda target: target.write_bytes(content))
    progress(3, 3)
    return {"url": reverse("reports:published_done", args=[params["token"]]), "documents": 1}
