"""Results before the public (公示), and what the public objects (异议)."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.accounts.models import User
from apps.files.models import StoredFile
from apps.projects.models import Project
from apps.regions.models import Region, Unit
from apps.review.models.conclusion import Conclusion
from apps.review.models.querysets import RegionQuerySet
from apps.review.models.review import ReviewItem, Verdict
from apps.review.models.rules import Counting
from imbudget.kit.fields import BlindIndexField, EncryptedTextField
from imbudget.kit.transitions import Stateful


class PublicityState(models.TextChoices):
    """How a notice stands."""

    RUNNING = "running", _("before the public")
    ENDED = "ended", _("ended")
    TAKEN_DOWN = "taken_down", _("taken down")


class ItemOutcome(models.TextChoices):
    """What became of a published result."""

    OPEN = "open", pgettext_lazy("review", "open")
    STANDS = "stands", _("result stands")
    UPHELD = "upheld", _("given back after an objection")
    WITHDRAWN = "withdrawn", _("taken down")


class Publicity(Stateful):
    """A public notice of a region: the results of one confirmed conclusion, for as many days as the rule says.

    `days`, `counting` and `source` are the rule as it stood when the notice began, `ends_on` is the last day by it;
    `moved_to` is a later one, where days went by on which the system was not seen (`SeenDay`). The notice stays to be
    read after its end; one taken down is gone from the public pages, and stands here with the reason.
    """

    conclusion = models.ForeignKey(
        Conclusion, verbose_name=_("conclusion"), on_delete=models.PROTECT, related_name="publicities"
    )
    region = models.ForeignKey(
        Region, verbose_name=_("region"), on_delete=models.PROTECT, related_name="+", editable=False, db_index=False
    )
    league = models.ForeignKey(Region, null=True, on_delete=models.PROTECT, related_name="+", editable=False)
    year = models.PositiveSmallIntegerField(_("year"))
    number = models.PositiveIntegerField(_("number"), editable=False)
    title = models.CharField(_("title"), max_length=200)
    text = models.TextField(pgettext_lazy("review", "text"), max_length=4000, blank=True)
    days = models.PositiveSmallIntegerField(_("days"))
    counting = models.CharField(_("counted in"), max_length=8, choices=Counting)
    source = models.CharField(_("source document"), max_length=300, blank=True)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day as planned"))
    moved_to = models.DateField(_("last day after missed days"), null=True, blank=True, editable=False)
    digest = models.CharField(_("SM3 digest"), max_length=64, editable=False)
    state = models.CharField(
        _("state"), max_length=10, choices=PublicityState, default=PublicityState.RUNNING, editable=False
    )
    author = models.ForeignKey(User, verbose_name=_("published by"), on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(_("published at"), auto_now_add=True)
    changed_at = models.DateTimeField(_("changed at"), auto_now=True)  # what caches ask for
    ended_at = models.DateTimeField(_("ended at"), null=True, blank=True, editable=False)
    down_reason = models.CharField(_("reason of the take-down"), max_length=500, blank=True, editable=False)
    down_by = models.ForeignKey(
        User,
        verbose_name=_("taken down by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        editable=False,
    )

    objects = RegionQuerySet.as_manager()
    unit_id = None  # it belongs to no budget unit

    class Meta:
        verbose_name = _("public notice")
        verbose_name_plural = _("public notices")
        constraints = [
            models.UniqueConstraint(fields=["region", "year", "number"], name="publicity_number_once"),
            models.UniqueConstraint(
                fields=["conclusion"], condition=~Q(state="taken_down"), name="conclusion_published_once"
            ),
            models.CheckConstraint(condition=Q(ends_on__gte=models.F("starts_on")), name="publicity_days_in_order"),
            models.CheckConstraint(
                condition=Q(moved_to=None) | Q(moved_to__gt=models.F("ends_on")), name="publicity_moves_on_only"
            ),
        ]
        indexes = [
            models.Index(
                fields=["region", "-published_at", "-id"],
                condition=~Q(state="taken_down"),
                name="publicity_of_a_region",
            ),
            models.Index(fields=["ends_on"], condition=Q(state="running"), name="publicity_running"),
            # What a copy of a public page is compared by: when anything last changed, in a region or anywhere.
            models.Index(fields=["region", "-changed_at"], name="publicity_changed_in_region"),
            models.Index(fields=["-changed_at"], name="publicity_changed"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def last_day(self) -> date:
        """The last day on which the notice stands before the public."""
        return self.moved_to or self.ends_on

    def get_absolute_url(self) -> str:
        return reverse("review:publicity", args=[self.pk])


class SeenDay(models.Model):
    """A local day on which the system was at work, by its own scheduled job; kept as it is (a trigger).

    A day that no clock passed through has no row: it counts in no term, whether clocks were set ahead over it or the
    public pages stood still.
    """

    day = models.DateField(_("day"), primary_key=True)
    first_at = models.DateTimeField(_("first seen at"))
    last_at = models.DateTimeField(_("last seen at"))

    class Meta:
        verbose_name = _("day on which the system was seen")
        verbose_name_plural = _("days on which the system was seen")
        ordering = ["day"]

    def __str__(self) -> str:
        return str(self.day)


class PublicityItem(models.Model):
    """One result as it was published: no more than the rules allow to be shown (no person, account, telephone, address)."""

    publicity = models.ForeignKey(
        Publicity, verbose_name=_("public notice"), on_delete=models.PROTECT, related_name="items", db_index=False
    )
    item = models.ForeignKey(ReviewItem, on_delete=models.PROTECT, related_name="published")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveSmallIntegerField(_("number"))
    code = models.CharField(_("project code"), max_length=21)
    name = models.CharField(_("project name"), max_length=200)
    unit_name = models.CharField(_("budget unit"), max_length=200)
    unit_name_mvf = models.CharField(max_length=200, blank=True)
    category = models.CharField(_("category"), max_length=120, blank=True)
    category_mvf = models.CharField(max_length=120, blank=True)
    submitted = models.DecimalField(_("amount submitted"), max_digits=20, decimal_places=2)
    amount = models.DecimalField(_("amount approved"), max_digits=20, decimal_places=2)
    score = models.DecimalField(_("score"), max_digits=6, decimal_places=2, null=True, blank=True)
    rank = models.PositiveSmallIntegerField(_("rank"), null=True, blank=True)
    verdict = models.CharField(_("result"), max_length=8, choices=Verdict)
    deviation = models.TextField(_("reason of the deviation"), max_length=2000, blank=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=ItemOutcome, default=ItemOutcome.OPEN)

    class Meta:
        verbose_name = _("published result")
        verbose_name_plural = _("published results")
        ordering = ["publicity", "number"]
        constraints = [models.UniqueConstraint(fields=["publicity", "number"], name="published_number_once")]

    def __str__(self) -> str:
        return self.name


class ObjectionState(models.TextChoices):
    """How far an objection is."""

    FILED = "filed", _("filed")
    ACCEPTED = "accepted", _("being looked into")
    NOT_ACCEPTED = "not_accepted", _("not accepted")
    UPHELD = "upheld", _("upheld")
    DISMISSED = "dismissed", _("refused")


OPEN_OBJECTIONS = (ObjectionState.FILED, ObjectionState.ACCEPTED)


class Objection(Stateful):
    """What somebody objects to a published result; while it is open the project cannot go on.

    Whoever filed it follows it by `code`. Name and contact are sealed, none of them for an anonymous one.
    """

    publicity = models.ForeignKey(
        Publicity, verbose_name=_("public notice"), on_delete=models.PROTECT, related_name="objections"
    )
    item = models.ForeignKey(
        PublicityItem, verbose_name=_("published result"), on_delete=models.PROTECT, related_name="objections"
    )
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+", editable=False)
    league = models.ForeignKey(Region, null=True, on_delete=models.PROTECT, related_name="+", editable=False)
    code = models.CharField(_("code to follow it"), max_length=20, unique=True, editable=False)
    is_anonymous = models.BooleanField(_("anonymous"), default=False)
    name = EncryptedTextField(_("name of the person"), blank=True)
    contact = EncryptedTextField(_("contact"), blank=True)
    ground = models.TextField(_("objection and its grounds"), max_length=4000)
    source = EncryptedTextField(_("address"), blank=True)
    source_index = BlindIndexField(source="source")
    proof = models.CharField(max_length=200, unique=True, editable=False)  # the work done for it counts once
    state = models.CharField(
        _("state"), max_length=12, choices=ObjectionState, default=ObjectionState.FILED, editable=False
    )
    handler = models.ForeignKey(
        User, verbose_name=_("handled by"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    finding = models.TextField(pgettext_lazy("review", "finding"), max_length=4000, blank=True)
    answer = models.TextField(pgettext_lazy("review", "answer"), max_length=4000, blank=True)
    is_answer_public = models.BooleanField(_("answer is published"), default=False)
    filed_at = models.DateTimeField(_("filed at"), auto_now_add=True)
    accepted_at = models.DateTimeField(_("accepted at"), null=True, blank=True, editable=False)
    due_on = models.DateField(_("answer due on"))
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True, editable=False)

    objects = RegionQuerySet.as_manager()
    unit_id = None  # it belongs to no budget unit

    class Meta:
        verbose_name = _("objection")
        verbose_name_plural = _("objections")
        indexes = [
            models.Index(fields=["league", "-filed_at", "-id"], name="objection_league"),
            models.Index(fields=["region", "-filed_at", "-id"], name="objection_region"),
            models.Index(fields=["-filed_at", "-id"], name="objection_filed"),
        ]

    def __str__(self) -> str:
        return f"{self.code[:4]}… {self.item_id}"

    def get_absolute_url(self) -> str:
        return reverse("review:objection", args=[self.pk])


class ObjectionFile(models.Model):
    """A file that an objection brought along."""

    objection = models.ForeignKey(Objection, on_delete=models.PROTECT, related_name="files")
    file = models.OneToOneField(StoredFile, verbose_name=_("file"), on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("file of an objection")
        verbose_name_plural = _("files of objections")

    def __str__(self) -> str:
        return str(self.file)
