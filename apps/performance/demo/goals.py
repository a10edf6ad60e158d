"""The library of indicators, and some goals that those who examine them have commented on."""

from django.core.management import call_command

from apps.accounts.actors import actor_of
from apps.accounts.models import Post
from apps.performance.models import CommentKind
from apps.performance.services import comment_goal, settle_comment
from apps.projects.models import Project, ProjectState
from imbudget.kit.actor import Actor

# Line of the target table, what is wrong, the words, and what the unit answers (empty: it has not yet).
COMMENTS = (
    (1, CommentKind.COARSE, "请按任务清单写明具体数量，不宜只用完成率。", "已按任务清单拆分，见测算明细第1项。"),
    (3, CommentKind.MISMATCH, "时效指标请写明完成日期。", ""),
    (None, CommentKind.ADD, "建议增加一项可持续影响指标。", ""),
)


def load_library() -> None:
    """Schemes, sets, indicators and rules of the fixtures."""
    call_command("load_performance", verbosity=0)


def comment_goals() -> None:
    """Comments of the finance office on the first application that lies before it in each region."""
    waiting = Project.objects.filter(state=ProjectState.FINANCE_REVIEW).select_related("region", "unit")
    for project in waiting.order_by("region__code", "pk"):
        office = _actor(region=project.region, role__endswith="_officer")
        clerk = _actor(unit=project.unit, role="unit_clerk")
        if office is None or clerk is None or not office.can("performance.review"):
            continue
        goals = {goal.number: goal for goal in project.goals.all()}
        for line, kind, text, answer in COMMENTS:
            comment = comment_goal(office, project, kind=kind, text=text, goal=goals.get(line) if line else None)
            if answer:
                settle_comment(clerk, comment, answer)


def _actor(**where: object) -> Actor | None:
    post = Post.objects.on().with_nodes().select_related("user").filter(**where).order_by("pk").first()
    return actor_of(post) if post else None


def load() -> None:
    """Both."""
    load_library()
    comment_goals()
