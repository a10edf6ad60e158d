"""Comments on the goals of an application, their withdrawal, and what the unit did about them."""

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import Post
from apps.evidence import services as evidence
from apps.notices.services import notify
from apps.performance import goalpolicies as policies
from apps.performance.goaltransitions import COMMENT
from apps.performance.models import CommentKind, GoalComment
from apps.projects.models import GoalIndicator, Project, ProjectVersion
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.errors import RuleViolation, require
from imbudget.kit.transitions import advance

COMMENTED, ANSWERED = "performance.commented", "performance.comment_answered"  # kinds of notices


@act
def comment_goal(
    actor: Actor, project: Project, *, kind: str, text: str = "", goal: GoalIndicator | None = None
) -> GoalComment:
    """Comment on a row of the target table of an application, or on the whole of it; its clerks are told.

    Raises RuleViolation where “other” says nothing, or the row is of another project.
    """
    require(policies.may_comment(actor, project))
    if goal is not None and goal.project_id != project.pk:
        raise RuleViolation(_("This goal belongs to another project."))
    row = GoalComment(
        project=project,
        region_id=project.region_id,
        league_id=project.league_id,
        unit_id=project.unit_id,
        version=project.version,
        line=goal.number if goal else None,
        content=goal.content if goal else "",
        said=goal.target[:120] if goal else "",
        kind=kind,
        text=text,
        author_id=actor.user_id,
    )
    if kind not in CommentKind.values:
        raise RuleViolation(_("Choose what is wrong."))
    if kind == CommentKind.OTHER and not text:
        raise RuleViolation(_("Say in words what is wrong."))
    row.save()
    evidence.append("performance.goal_commented", row, actor, project=project.code, line=row.line, kind=kind, text=text)
    notify(_clerks(project), COMMENTED, row.get_absolute_url(), project=project.name, where=row.where)
    return row


@act
def settle_comment(actor: Actor, comment: GoalComment, answer: str = "") -> None:
    """The unit has mended the row, or answers why not; who commented is told.

    Raises RuleViolation where the row reads as it did and there is no answer.
    """
    require(policies.may_settle(actor, comment))
    changed = is_changed(comment)
    if not changed and not answer:
        raise RuleViolation(_("The goal reads as it did: mend it, or answer why it stays."))
    values = {"answer": answer, "is_changed": changed, "answered_by_id": actor.user_id}
    advance(COMMENT, comment, "settle", answered_at=timezone.now(), **values)
    evidence.append("performance.comment_settled", comment, actor, answer=answer, changed=changed)
    if comment.author_id is not None:
        project = comment.project
        notify([comment.author_id], ANSWERED, comment.get_absolute_url(), project=project.name, where=comment.where)


@act
def withdraw_comment(actor: Actor, comment: GoalComment) -> None:
    """Take a comment back that nobody has answered."""
    require(policies.may_withdraw(actor, comment))
    advance(COMMENT, comment, "withdraw")
    evidence.append("performance.comment_withdrawn", comment, actor, project=comment.project.code)


def is_changed(comment: GoalComment) -> bool:
    """Whether the row that was commented on is gone or reads otherwise; of the whole table, whether any row does."""
    goals = list(GoalIndicator.objects.filter(project=comment.project_id).order_by("number"))
    if comment.line is not None:
        return all(goal.target != comment.said for goal in goals if goal.content == comment.content)
    version = ProjectVersion.objects.filter(project=comment.project_id, number=comment.version).first()
    then = version.body.get("goals", []) if version else []
    return [(row["content"], row["value"]) for row in then] != [(goal.content, goal.value) for goal in goals]


def _clerks(project: Project) -> list[int]:
    """Who works on applications of the unit today."""
    posts = Post.objects.on(timezone.localdate()).filter(unit=project.unit_id, role="unit_clerk", user__is_active=True)
    return sorted(set(posts.values_list("user_id", flat=True)))
