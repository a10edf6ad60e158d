"""抽评 / 复核: evaluations that an office draws or chooses to look at again, and what of their points it lowers."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.accounts.models import User
from apps.codes.models import FiscalYear
from apps.performance.models.evaluating import Evaluation, EvaluationLine, score_field
from apps.regions.models import Region, Unit
from imbudget.kit.querysets import ScopedQuerySet
from imbudget.kit.transitions import Stateful


class DrawMethod(models.TextChoices):
    """How evaluations come to a spot check."""

    RANDOM = "random", _("drawn at random")
    CHOSEN = "chosen", _("chosen")


class SpotDraw(models.Model):
    """A draw that anybody can repeat: the candidates ordered by SM3 of the seed and their keys, the first ones taken.

    `pool` is the keys of all candidates in ascending order; seed and pool also stand in evidence.
    """

    region = models.ForeignKey(Region, verbose_name=_("region"), on_delete=models.PROTECT, related_name="+")
    year = models.ForeignKey(FiscalYear, verbose_name=_("fiscal year"), on_delete=models.PROTECT, related_name="+")
    method = models.CharField(_("method"), max_length=6, choices=DrawMethod)
    seed = models.CharField(_("seed"), max_length=64, blank=True)
    pool = models.JSONField(_("candidates"), default=list)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    author = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField(_("drawn at"), auto_now_add=True)

    class Meta:
        verbose_name = _("draw of spot checks")
        verbose_name_plural = _("draws of spot checks")

    def __str__(self) -> str:
        return f"{self.region} {self.year_id} № {self.pk}"


class SpotState(models.TextChoices):
    """The examiner looks, the unit may state its view, the examiner closes."""

    OPEN = "open", pgettext_lazy("spot check", "under way")
    CLOSED = "closed", pgettext_lazy("spot check", "closed")


class SpotQuerySet(ScopedQuerySet):
    """Spot checks; a unit sees those of its own evaluations."""

    def for_list(self) -> "SpotQuerySet":
        return self.select_related("evaluation__of__project", "unit", "region")


class SpotCheck(Stateful):
    """One evaluation under review. `before` and `after` are its score then; both are kept and shown."""

    draw = models.ForeignKey(SpotDraw, verbose_name=_("draw"), on_delete=models.PROTECT, related_name="checks")
    evaluation = models.ForeignKey(
        Evaluation, verbose_name=_("evaluation"), on_delete=models.PROTECT, related_name="checks"
    )
    region = models.ForeignKey(
        Region, verbose_name=_("region"), on_delete=models.PROTECT, related_name="+", db_index=False
    )
    league = models.ForeignKey(
        Region, null=True, editable=False, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    unit = models.ForeignKey(
        Unit, verbose_name=_("budget unit"), on_delete=models.PROTECT, related_name="+", db_index=False
    )
    state = models.CharField(_("state"), max_length=6, choices=SpotState, default=SpotState.OPEN, editable=False)
    before = score_field(_("score before"))
    after = score_field(_("score after"), null=True)
    opinion = models.CharField(_("opinion of the examiner"), max_length=2000, blank=True)
    view = models.CharField(_("view of the unit"), max_length=2000, blank=True)
    viewed_at = models.DateTimeField(null=True, editable=False)
    examiner = models.ForeignKey(
        User, verbose_name=_("examined by"), null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    closed_at = models.DateTimeField(_("closed at"), null=True)

    objects = SpotQuerySet.as_manager()

    class Meta:
        verbose_name = _("spot check")
        verbose_name_plural = _("spot checks")
        constraints = [
            models.UniqueConstraint(
                fields=["evaluation"],
                condition=Q(state="open"),
                name="spot_check_one_open",
                violation_error_message=_("This evaluation is under a spot check already."),
            )
        ]
        indexes = [
            models.Index(fields=["region", "state", "-id"], name="spot_check_region"),
            models.Index(fields=["league", "state", "-id"], name="spot_check_league"),
            models.Index(fields=["unit", "state", "-id"], name="spot_check_unit"),
        ]

    def __str__(self) -> str:
        return f"№ {self.pk} {self.evaluation}"

    def get_absolute_url(self) -> str:
        return reverse("performance:spot", args=[self.pk])


class Lowering(models.Model):
    """Points of a line that a spot check took away, with the reason; never changed."""

    check_of = models.ForeignKey(
        SpotCheck, verbose_name=_("spot check"), on_delete=models.PROTECT, related_name="lowerings"
    )
    line = models.ForeignKey(
        EvaluationLine, verbose_name=_("line of an evaluation"), on_delete=models.PROTECT, related_name="lowerings"
    )
    before = score_field(_("points before"))
    after = score_field(_("points after"))
    reason = models.CharField(_("reason"), max_length=1000)
    user = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    name = models.CharField(_("name"), max_length=150, blank=True)
    at = models.DateTimeField(_("time"), auto_now_add=True)

    class Meta:
        verbose_name = _("lowering of points")
        verbose_name_plural = _("lowerings of points")
        ordering = ["check_of", "pk"]
        constraints = [models.CheckConstraint(condition=Q(after__lt=F("before")), name="lowering_lowers")]

    def __str__(self) -> str:
        return f"{self.line}: {self.before} → {self.after}"
