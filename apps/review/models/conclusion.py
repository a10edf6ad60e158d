"""The conclusion of a review: what the finance office confirms."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.regions.models import Region
from apps.review.models.querysets import RegionQuerySet
from apps.review.models.review import Review
from imbudget.kit.transitions import Stateful


class ConclusionState(models.TextChoices):
    """How far a conclusion is."""

    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("under approval")
    RETURNED = "returned", _("returned")
    CONFIRMED = "confirmed", _("confirmed")


class Conclusion(Stateful):
    """The result of a review as the organiser draws it up and a flow confirms it; `body` is frozen when confirmed.

    The results of single projects stand in `ReviewItem` and `CostFinding`.
    """

    review = models.OneToOneField(Review, verbose_name=_("review"), on_delete=models.PROTECT, related_name="conclusion")
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+", editable=False)
    league = models.ForeignKey(Region, null=True, on_delete=models.PROTECT, related_name="+", editable=False)
    text = models.TextField(_("overall conclusion"), max_length=10_000, blank=True)
    advice = models.TextField(_("advice"), max_length=10_000, blank=True)
    body = models.JSONField(_("result"), default=dict, editable=False)
    digest = models.CharField(_("SM3 digest"), max_length=64, blank=True, editable=False)
    state = models.CharField(
        _("state"), max_length=10, choices=ConclusionState, default=ConclusionState.DRAFT, editable=False
    )
    return_reason = models.TextField(_("reason of return"), max_length=2000, blank=True, editable=False)
    revision = models.PositiveIntegerField(default=1, editable=False)
    author = models.ForeignKey(
        User, verbose_name=_("author"), null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True, editable=False)
    confirmed_at = models.DateTimeField(_("confirmed at"), null=True, blank=True, editable=False)

    objects = RegionQuerySet.as_manager()
    unit_id = None  # it belongs to no budget unit

    class Meta:
        verbose_name = _("conclusion of a review")
        verbose_name_plural = _("conclusions of reviews")

    def __str__(self) -> str:
        return str(self.review)

    def get_absolute_url(self) -> str:
        return reverse("review:conclusion", args=[self.pk])
