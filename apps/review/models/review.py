"""A review: some projects before one panel."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.lowcode.models import FormVersion
from apps.projects.models import Project
from apps.regions.models import Region, Unit
from apps.review.models.dossier import Dossier
from apps.review.models.querysets import RegionQuerySet
from apps.review.models.rules import ReviewKind
from imbudget.kit.transitions import Stateful


class ReviewState(models.TextChoices):
    """How far a review is."""

    PREPARING = "preparing", _("in preparation")
    FORMING = "forming", _("panel being formed")
    SCORING = "scoring", _("experts are scoring")
    DISCUSSION = "discussion", _("in discussion")
    CONCLUDING = "concluding", _("result being drawn up")
    CONFIRMING = "confirming", _("result under approval")
    CONFIRMED = "confirmed", _("result confirmed")
    PUBLISHED = "published", _("before the public")
    CLOSED = "closed", _("closed")
    CANCELLED = "cancelled", _("called off")


class Verdict(models.TextChoices):
    """What comes out for a project (予以支持 / 部分支持 / 不予支持)."""

    SUPPORT = "support", _("supported")
    PARTIAL = "partial", _("supported in part")
    REJECT = "reject", _("not supported")


class Review(Stateful):
    """Projects of one region before one panel (一次评审), with the rules of computing as they stood at its beginning.

    `number` counts the reviews of the region in the year. `funds` is the sum to be shared out in a competitive review.
    """

    region = models.ForeignKey(Region, verbose_name=_("region"), on_delete=models.PROTECT, related_name="+")
    league = models.ForeignKey(Region, null=True, editable=False, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(_("kind of review"), max_length=12, choices=ReviewKind)
    year = models.PositiveSmallIntegerField(_("year"))
    number = models.PositiveIntegerField(_("number"), editable=False)
    title = models.CharField(_("title"), max_length=120)
    form_version = models.ForeignKey(
        FormVersion, verbose_name=_("score sheet"), on_delete=models.PROTECT, related_name="+"
    )
    panel_size = models.PositiveSmallIntegerField(_("experts of the panel"))
    trim_from = models.PositiveSmallIntegerField(_("highest and lowest score fall away from"))
    outlier_share = models.DecimalField(_("a score is far off from"), max_digits=4, decimal_places=2)
    pass_mark = models.DecimalField(_("pass mark"), max_digits=5, decimal_places=2)
    funds = models.DecimalField(_("funds to be shared out"), max_digits=20, decimal_places=2, null=True, blank=True)
    answer_until = models.DateTimeField(_("invitations answered until"), null=True, blank=True, editable=False)
    scoring_until = models.DateTimeField(_("scores handed in until"), null=True, blank=True, editable=False)
    state = models.CharField(
        _("state"), max_length=12, choices=ReviewState, default=ReviewState.PREPARING, editable=False
    )
    organiser = models.ForeignKey(User, verbose_name=_("organiser"), on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    objects = RegionQuerySet.as_manager()
    unit_id = None  # a review belongs to no budget unit

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        constraints = [
            models.UniqueConstraint(fields=["region", "year", "number"], name="review_number_once"),
            models.CheckConstraint(condition=Q(funds=None) | Q(funds__gt=0), name="review_funds_above_0"),
        ]
        indexes = [
            models.Index(fields=["league", "-updated_at", "-id"], name="review_league"),
            models.Index(fields=["region", "-updated_at", "-id"], name="review_region"),
            models.Index(fields=["-updated_at", "-id"], name="review_updated"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("review:review", args=[self.pk])


class ReviewItem(models.Model):
    """One project in a review, and what came out for it.

    `score` and `rank` are computed (`scoring`), `recommended` too; `verdict` and `amount` are what the finance office
    confirms: where they differ from the computed ones, `deviation` says why, and is published.
    """

    review = models.ForeignKey(Review, verbose_name=_("review"), on_delete=models.PROTECT, related_name="items")
    dossier = models.ForeignKey(Dossier, verbose_name=_("dossier"), on_delete=models.PROTECT, related_name="items")
    project = models.ForeignKey(Project, verbose_name=_("project"), on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", editable=False)
    number = models.PositiveSmallIntegerField(_("number"))
    submitted = models.DecimalField(_("amount submitted"), max_digits=20, decimal_places=2)
    score = models.DecimalField(_("score"), max_digits=6, decimal_places=2, null=True, blank=True)
    rank = models.PositiveSmallIntegerField(_("rank"), null=True, blank=True)
    is_tied = models.BooleanField(_("rank shared"), default=False)
    computed_verdict = models.CharField(_("computed result"), max_length=8, choices=Verdict, blank=True)
    recommended = models.DecimalField(_("recommended amount"), max_digits=20, decimal_places=2, null=True, blank=True)
    verdict = models.CharField(_("result"), max_length=8, choices=Verdict, blank=True)
    amount = models.DecimalField(_("amount approved"), max_digits=20, decimal_places=2, null=True, blank=True)
    deviation = models.TextField(_("reason of the deviation"), max_length=2000, blank=True)

    class Meta:
        verbose_name = _("project of a review")
        verbose_name_plural = _("projects of reviews")
        ordering = ["review", "number"]
        constraints = [
            models.UniqueConstraint(fields=["review", "project"], name="review_project_once"),
            models.UniqueConstraint(fields=["review", "number"], name="review_item_number_once"),
            models.CheckConstraint(
                condition=Q(amount=None) | Q(amount__gte=0, amount__lte=models.F("submitted")),
                name="review_amount_within_submitted",
                violation_error_message=_("The amount approved lies between 0 and the amount submitted."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.project)


class CostFinding(models.Model):
    """What the review of the budget left of one cost line: 送审, 审定, the reason of the difference."""

    item = models.ForeignKey(ReviewItem, on_delete=models.PROTECT, related_name="findings")
    number = models.PositiveSmallIntegerField(_("line"))
    content = models.CharField(_("content"), max_length=200)
    submitted = models.DecimalField(_("amount submitted"), max_digits=20, decimal_places=2)
    recommended = models.DecimalField(_("recommended amount"), max_digits=20, decimal_places=2, null=True, blank=True)
    approved = models.DecimalField(_("amount approved"), max_digits=20, decimal_places=2, null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("finding on a cost line")
        verbose_name_plural = _("findings on cost lines")
        ordering = ["item", "number"]
        constraints = [
            models.UniqueConstraint(fields=["item", "number"], name="finding_line_once"),
            models.CheckConstraint(
                condition=Q(approved=None) | Q(approved__gte=0, approved__lte=models.F("submitted")),
                name="finding_within_submitted",
                violation_error_message=_("The amount approved lies between 0 and the amount submitted."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.content}"
