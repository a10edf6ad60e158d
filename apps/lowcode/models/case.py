"""A document on its way through a flow: the case, its history (the truth), and the tasks drawn from it."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.accounts.models import Post
from apps.lowcode.models.flow import FlowVersion
from apps.regions.models import Region, Unit
from imbudget.kit.actor import Actor, Reach
from imbudget.kit.querysets import ScopedQuerySet
from imbudget.kit.transitions import Stateful


class CaseState(models.TextChoices):
    """How a document's way stands."""

    RUNNING = "running", _("under approval")
    STUCK = "stuck", _("nobody can act")
    RETURNED = "returned", _("returned")
    APPROVED = "approved", _("approved")
    REJECTED = "rejected", _("rejected")
    WITHDRAWN = "withdrawn", _("withdrawn")


OPEN = (CaseState.RUNNING, CaseState.STUCK, CaseState.RETURNED)


class Case(Stateful):
    """One document on its way; it keeps the version of the flow it began with. State and step are drawn from its events."""

    subject = models.CharField(_("type of document"), max_length=60)
    document_id = models.PositiveBigIntegerField(_("document"))
    label = models.CharField(_("document"), max_length=400)
    url = models.CharField(max_length=200)
    version = models.ForeignKey(
        FlowVersion, verbose_name=_("version of a flow"), on_delete=models.PROTECT, related_name="cases"
    )
    region = models.ForeignKey(Region, verbose_name=_("region"), on_delete=models.PROTECT, related_name="+")
    league = models.ForeignKey(
        Region, null=True, editable=False, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    unit = models.ForeignKey(
        Unit, verbose_name=_("budget unit"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    applicant = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("applicant"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
    )
    applicant_post = models.ForeignKey(Post, null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(_("state"), max_length=10, choices=CaseState, default=CaseState.RUNNING, editable=False)
    step = models.CharField(_("step"), max_length=40, blank=True)
    circulation = models.PositiveIntegerField(_("circulation"), default=1)
    amount = models.DecimalField(_("amount"), max_digits=20, decimal_places=2, null=True, blank=True)
    values = models.JSONField(default=dict)  # the document's facts that conditions ask, as of the last submission
    chosen = models.JSONField(default=dict)  # approvers that the applicant chose, by step
    last_seq = models.PositiveIntegerField(default=0)
    urged_at = models.DateTimeField(null=True, blank=True)
    started_at = models.DateTimeField(_("started at"), auto_now_add=True)
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("approval case")
        verbose_name_plural = _("approval cases")
        constraints = [
            models.UniqueConstraint(
                fields=["subject", "document_id"], condition=Q(state__in=OPEN), name="one_open_case_a_document"
            )
        ]
        indexes = [
            models.Index(fields=["subject", "document_id"], name="case_document"),
            models.Index(fields=["applicant", "-id"], name="case_applicant"),
            models.Index(fields=["state", "region"], name="case_stuck", condition=Q(state="stuck")),
        ]

    def __str__(self) -> str:
        return self.label

    def get_absolute_url(self) -> str:
        return reverse("lowcode:case", args=[self.pk])


class CaseEvent(models.Model):
    """One thing that happened to a case; rows are never changed (a database trigger holds it)."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="events", db_index=False)
    seq = models.PositiveIntegerField()
    kind = models.CharField(_("what happened"), max_length=20)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(_("name"), max_length=100, blank=True)
    post_label = models.CharField(_("post"), max_length=200, blank=True)
    task = models.CharField(max_length=80, blank=True)
    step = models.CharField(max_length=40, blank=True)
    data = models.JSONField(default=dict)
    at = models.DateTimeField(_("time"))

    class Meta:
        verbose_name = _("event of a case")
        verbose_name_plural = _("events of cases")
        ordering = ["case", "seq"]
        constraints = [models.UniqueConstraint(fields=["case", "seq"], name="case_event_once")]

    def __str__(self) -> str:
        return f"{self.seq} {self.kind}"


class TaskKind(models.TextChoices):
    """Why a person has a document before them."""

    MAIN = "main", pgettext_lazy("kind of task", "approval")
    BEFORE = "before", _("signer added before")
    AFTER = "after", _("signer added after")
    CONSULT = "consult", _("opinion asked")
    COPY = "copy", pgettext_lazy("task", "copy")


class TaskState(models.TextChoices):
    """Open tasks stand in the inbox; waiting ones come later in turn; closed ones were settled without their holder."""

    OPEN = "open", _("to do")
    WAITING = "waiting", _("not yet in turn")
    DONE = "done", _("done")
    CLOSED = "closed", _("closed")


class TaskQuerySet(models.QuerySet):
    """Tasks; each person sees their own."""

    def visible_to(self, actor: Actor) -> "TaskQuerySet":
        if actor.user_id is None or actor.reach == Reach.NOTHING:
            return self.none()
        return self.filter(user_id=actor.user_id)

    def for_list(self) -> "TaskQuerySet":
        return self.select_related("case")


class Task(Stateful):
    """One person's part in one step; drawn from the events, so that the inbox is one indexed query."""

    case = models.ForeignKey(Case, verbose_name=_("approval case"), on_delete=models.PROTECT, related_name="tasks")
    key = models.CharField(max_length=80)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("holder"), on_delete=models.PROTECT, related_name="+", db_index=False
    )
    post = models.ForeignKey(Post, verbose_name=_("post"), null=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("kind of task"), max_length=10, choices=TaskKind, default=TaskKind.MAIN)
    state = models.CharField(_("state"), max_length=10, choices=TaskState, default=TaskState.OPEN, editable=False)
    step = models.CharField(max_length=40)
    step_name = models.JSONField(default=dict)  # {"zh": …, "mn": …}, as the version of the flow names it
    circulation = models.PositiveIntegerField(default=1)
    due = models.DateField(_("due"), null=True, blank=True)
    reminded_at = models.DateTimeField(null=True, blank=True)
    escalated_at = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(_("arrived at"), auto_now_add=True)
    done_at = models.DateTimeField(_("done at"), null=True, blank=True)

    objects = TaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        constraints = [models.UniqueConstraint(fields=["case", "key"], name="task_once")]
        indexes = [
            models.Index(fields=["user", "state", "-id"], name="task_inbox"),
            models.Index(fields=["user", "-id"], name="task_copies", condition=Q(kind="copy")),
            models.Index(fields=["due"], name="task_due", condition=Q(state="open")),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.key}"

    def get_absolute_url(self) -> str:
        return reverse("lowcode:task", args=[self.pk])

    def get_step_name(self, language: str) -> str:
        """The step's name in a language; the Chinese one where there is no other."""
        names: dict[str, Any] = self.step_name
        return names.get("mn" if language == "mvf" else "zh") or names.get("zh", self.step)
