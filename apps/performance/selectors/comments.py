"""Comments on goals as pages show them."""

from apps.performance.models import CommentState, GoalComment
from apps.projects.models import Project


def comments_of(project: Project, only_open: bool = False) -> list[GoalComment]:
    """The comments on a project's goals, open ones first, with who wrote them. One query."""
    rows = GoalComment.objects.filter(project=project).select_related("author", "answered_by")
    found = [row for row in rows.order_by("-pk") if row.state == CommentState.OPEN or not only_open]
    return sorted(found, key=lambda row: row.state != CommentState.OPEN)
