"""事前绩效评估: what reviews have concluded about whether a project should be done, as far as it is published."""

from apps.projects.models import Project
from apps.review.models import Dossier, PublicityItem, ReviewKind
from apps.review.selectors.results import published_items


def prior_of(project: Project) -> list[PublicityItem]:
    """The published results of evaluations before the act, the newest first. One query."""
    rows = published_items(project.pk)
    return [row for row in rows if row.item.review.kind == ReviewKind.EVALUATION]


def is_prior_due(project: Project) -> bool:
    """Whether an evaluation before the act is under way for the project without a result yet. One query."""
    return Dossier.objects.filter(project=project, state="open", kinds__contains=[ReviewKind.EVALUATION]).exists()
