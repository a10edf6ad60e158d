"""Background jobs and saved views."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import Post
from imbudget.kit.actor import Actor
from imbudget.kit.transitions import Stateful


class JobState(models.TextChoices):
    """How far a job is."""

    QUEUED = "queued", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")
    CANCELLED = "cancelled", _("cancelled")


def hundredths(state: str, done: int, of: int) -> int:
    """How much of a job is done, of 100."""
    if state == JobState.DONE:
        return 100
    return min(99, done * 100 // of) if of else 0


class JobQuerySet(models.QuerySet):
    """Jobs; each person sees their own."""

    def visible_to(self, actor: Actor) -> "JobQuerySet":
        return self.filter(user_id=actor.user_id) if actor.user_id else self.none()

    def for_list(self) -> "JobQuerySet":
        return self


class Job(Stateful):
    """One piece of long work, started by one person in one post; only they see it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, null=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("kind of work"), max_length=60)
    label = models.CharField(_("work"), max_length=300)
    params = models.JSONField(default=dict)
    file = models.FileField(upload_to="jobs/%Y/%m/", blank=True)
    state = models.CharField(_("state"), max_length=10, choices=JobState, default=JobState.QUEUED, editable=False)
    language = models.CharField(max_length=10)
    address = models.CharField(max_length=45, blank=True)
    done = models.PositiveBigIntegerField(default=0)
    of = models.PositiveBigIntegerField(default=0)
    message = models.CharField(_("message"), max_length=500, blank=True)
    error = models.TextField(_("error"), blank=True)
    result = models.JSONField(default=dict)
    cancel_asked = models.BooleanField(default=False)
    starts = models.PositiveSmallIntegerField(default=0)  # how often a worker began it; those that died did not end it
    heartbeat = models.DateTimeField(null=True)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    ended_at = models.DateTimeField(_("ended at"), null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("background job")
        verbose_name_plural = _("background jobs")
        indexes = [models.Index(fields=["user", "-id"]), models.Index(fields=["state", "heartbeat"])]

    def __str__(self) -> str:
        return self.label

    def get_absolute_url(self) -> str:
        return reverse("desk:job", args=[self.pk])

    @property
    def is_active(self) -> bool:
        return self.state in {JobState.QUEUED, JobState.RUNNING}

    @property
    def progress(self) -> int:
        """Hundredths done."""
        return hundredths(self.state, self.done, self.of)

    @property
    def result_url(self) -> str:
        """Where the result is shown; a path of ours that the job's service wrote."""
        return str(self.result.get("url", ""))


class SavedView(models.Model):
    """A list's filters, order, search and columns under a name; the first one is what the list opens with."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )  # a person's own convenience: goes with the person
    page = models.CharField(max_length=200)
    name = models.CharField(_("name of the view"), max_length=60)
    query = models.CharField(max_length=2000)
    is_first = models.BooleanField(_("first view"), default=False)

    class Meta:
        verbose_name = _("saved view")
        verbose_name_plural = _("saved views")
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["user", "page", "name"], name="view_name_once"),
            models.UniqueConstraint(fields=["user", "page"], condition=Q(is_first=True), name="one_first_view"),
        ]

    def __str__(self) -> str:
        return self.name


class ColumnChoice(models.Model):
    """The columns that a person wants on a list, in their order."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )  # a person's own convenience: goes with the person
    page = models.CharField(max_length=200)
    columns = models.CharField(max_length=1000)

    class Meta:
        verbose_name = _("choice of columns")
        verbose_name_plural = _("choices of columns")
        constraints = [models.UniqueConstraint(fields=["user", "page"], name="one_choice_of_columns")]

    def __str__(self) -> str:
        return self.columns
