"""Comments of those who examine the goals of an application (绩效目标审核意见), row by row, and what the unit answered."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.accounts.models import User
from apps.projects.models import Project
from apps.regions.models import Region, Unit
from imbudget.kit.querysets import ScopedQuerySet
from imbudget.kit.transitions import Stateful


class CommentKind(models.TextChoices):
    """What is wrong with an indicator: the picklist of the integrated systems."""

    INCOMPLETE = "incomplete", _("indicators not complete")
    COARSE = "coarse", _("not detailed or quantified enough")
    UNRELATED = "unrelated", _("not related enough to the project")
    MISMATCH = "mismatch", _("indicator and value do not match")
    SPLIT = "split", _("better split up")
    FIRST_LEVEL = "first", _("wrong first-level kind")
    SECOND_LEVEL = "second", _("wrong second-level kind")
    ADD = "add", _("add indicators of output, benefit or satisfaction")
    OTHER = "other", _("other")


class CommentState(models.TextChoices):
    """Whether the unit has done something about it."""

    OPEN = "open", pgettext_lazy("comment on a goal", "open")
    SETTLED = "settled", _("settled by the unit")
    WITHDRAWN = "withdrawn", _("withdrawn")


class GoalComment(Stateful):
    """One comment on the target table of an application, or on one row of it.

    `line` and `content` say which row as it stood then (empty: the whole table); `said` its target. When the unit settles
    it, `is_changed` keeps whether the row (or the table) reads otherwise since.
    """

    project = models.ForeignKey(
        Project, verbose_name=_("project"), on_delete=models.PROTECT, related_name="goal_comments"
    )
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+", editable=False, db_index=False)
    league = models.ForeignKey(
        Region, null=True, on_delete=models.PROTECT, related_name="+", editable=False, db_index=False
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", editable=False, db_index=False)
    version = models.PositiveIntegerField(_("version of the application"), default=0)
    line = models.PositiveIntegerField(_("line number"), null=True, blank=True)
    content = models.CharField(_("indicator"), max_length=300, blank=True)
    said = models.CharField(_("target value"), max_length=120, blank=True)
    kind = models.CharField(pgettext_lazy("comment on a goal", "what is wrong"), max_length=10, choices=CommentKind)
    text = models.CharField(_("comment"), max_length=1000, blank=True)
    state = models.CharField(_("state"), max_length=9, choices=CommentState, default=CommentState.OPEN, editable=False)
    author = models.ForeignKey(
        User, verbose_name=_("by"), null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    made_at = models.DateTimeField(_("made at"), auto_now_add=True)
    answer = models.CharField(_("answer of the unit"), max_length=1000, blank=True)
    is_changed = models.BooleanField(_("row changed since"), default=False)
    answered_by = models.ForeignKey(
        User, verbose_name=_("answered by"), null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    answered_at = models.DateTimeField(_("answered at"), null=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment on goals")
        verbose_name_plural = _("comments on goals")
        ordering = ["project", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(kind="other") | ~Q(text=""),
                name="goal_comment_says_something",
                violation_error_message=_("Say in words what is wrong."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.where} {self.get_kind_display()}".strip()

    def get_absolute_url(self) -> str:
        return f"{reverse('projects:project', args=[self.project_id])}?tab=goals#goal-comment-{self.pk}"

    @property
    def where(self) -> str:
        """The row as it was called then."""
        return self.content or str(_("the whole table"))
