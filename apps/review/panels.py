"""What the review shows on the page of a project: its reviews, and their results once they are published."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.projects.models import Project
from apps.review.models import ReviewItem, ReviewKind
from apps.review.selectors.results import published_items
from apps.review.selectors.waiting import needs_of
from imbudget.kit.registry import Panel


def _reviews(page: Any, project: Project) -> dict[str, Any]:
    """Nothing of a result before it is published: the applicant reads it here."""
    items = ReviewItem.objects.filter(project=project).select_related("review", "dossier").order_by("-pk")
    results = {row.item_id: row for row in reversed(published_items(project.pk))}
    waits = needs_of(project.region, [project.pk])[project.pk] if project.state == "review_pending" else []
    return {
        "rows": [(item, results.get(item.pk)) for item in items],
        "needs": [ReviewKind(kind).label for kind, item in waits if item is None],
        "dossier": project.dossiers.order_by("-pk").first(),
        "sees_reviews": page.actor.can("review.see"),
    }


PROJECT_PANELS = [Panel(_("expert review"), "review/_of_project.html", _reviews, name="review")]
