"""Satisfaction surveys: a published form that anybody answers on a phone, the answers, and what they come to."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.accounts.models import User
from apps.lowcode.models import FormVersion
from apps.performance.models.actual import ActualValue
from apps.performance.models.year import Target
from apps.regions.models import Region, Unit
from imbudget.kit.querysets import ScopedQuerySet
from imbudget.kit.transitions import Stateful

USUAL_MINIMUM = 30


class SurveyState(models.TextChoices):
    """Whether a survey takes answers."""

    OPEN = "open", pgettext_lazy("survey", "open")
    CLOSED = "closed", pgettext_lazy("survey", "closed")


class Flag(models.TextChoices):
    """Why an answer is set aside: it is kept, counted and shown, and does not move the result."""

    FAST = "fast", _("filled in too fast")
    REPEATED = "repeated", _("the same as another one")
    CROWDED = "crowded", _("many from one address")


class SurveyQuerySet(ScopedQuerySet):
    """Surveys; a unit sees its own."""

    def for_list(self) -> "SurveyQuerySet":
        return self.select_related("target__of__project", "unit", "region")


class Survey(Stateful):
    """A survey about one target; it takes answers from its first to its last day and closes by itself.

    `score` is the result on a scale of 0 to 100 (`surveys.scoring`), `counted` out of how many answers, `excluded` how many
    were set aside; all three are of the moment it was closed. With fewer answers than `minimum` there is no score.
    Scope is copied from the project's year.
    """

    target = models.ForeignKey(
        Target, verbose_name=_("target of a year"), on_delete=models.PROTECT, related_name="surveys"
    )
    version = models.ForeignKey(
        FormVersion, verbose_name=_("version of a form"), on_delete=models.PROTECT, related_name="+"
    )
    region = models.ForeignKey(Region, verbose_name=_("region"), on_delete=models.PROTECT, related_name="+")
    league = models.ForeignKey(
        Region, null=True, editable=False, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    unit = models.ForeignKey(
        Unit, verbose_name=_("budget unit"), on_delete=models.PROTECT, related_name="+", db_index=False
    )
    code = models.CharField(_("public code"), max_length=20, unique=True, editable=False)
    title = models.CharField(_("title"), max_length=120)
    opens_on = models.DateField(_("first day"))
    closes_on = models.DateField(_("last day"))
    minimum = models.PositiveIntegerField(
        _("answers needed"),
        default=USUAL_MINIMUM,
        validators=[MinValueValidator(1), MaxValueValidator(100000)],
        help_text=_("With fewer answers there is no result, and nothing is scored."),
    )
    state = models.CharField(_("state"), max_length=6, choices=SurveyState, default=SurveyState.OPEN, editable=False)
    score = models.DecimalField(_("result"), max_digits=5, decimal_places=2, null=True, editable=False)
    counted = models.PositiveIntegerField(_("answers counted"), default=0, editable=False)
    excluded = models.PositiveIntegerField(_("answers set aside"), default=0, editable=False)
    result = models.OneToOneField(
        ActualValue, verbose_name=_("value reached"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    author = models.ForeignKey(
        User, verbose_name=_("author"), null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    opened_at = models.DateTimeField(_("opened at"), auto_now_add=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, editable=False)

    objects = SurveyQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("performance", "satisfaction survey")
        verbose_name_plural = _("satisfaction surveys")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["target"],
                condition=Q(state="open"),
                name="one_open_survey_a_target",
                violation_error_message=_("A survey is open for this target already."),
            ),
            models.CheckConstraint(
                condition=Q(closes_on__gte=F("opens_on")),
                name="survey_days_in_order",
                violation_error_message=_("The last day lies before the first one."),
            ),
            models.CheckConstraint(condition=Q(minimum__gte=1), name="survey_needs_answers"),
        ]
        indexes = [
            models.Index(fields=["region", "-id"], name="survey_region"),
            models.Index(fields=["league", "-id"], name="survey_league"),
            models.Index(fields=["unit", "-id"], name="survey_unit"),
            models.Index(fields=["closes_on"], name="survey_to_close", condition=Q(state="open")),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("performance:survey", args=[self.pk])


class SurveyAnswer(models.Model):
    """One answer, never changed: no person, no device and no address can be read out of it.

    `device` and `place` are keyed digests of a random cookie and of the address, good for this survey only.
    `likeness` is a digest of what was answered.
    """

    survey = models.ForeignKey(
        Survey, verbose_name=pgettext_lazy("performance", "satisfaction survey"), on_delete=models.PROTECT,
        related_name="answers", db_index=False,
    )  # fmt: skip
    values = models.JSONField(_("answers"))
    score = models.DecimalField(_("satisfaction, 0 to 100"), max_digits=5, decimal_places=2, null=True)
    device = models.CharField(max_length=40, editable=False)
    place = models.CharField(max_length=40, editable=False)
    likeness = models.CharField(max_length=40, editable=False)
    seconds = models.PositiveIntegerField(_("seconds taken"))
    flag = models.CharField(_("why set aside"), max_length=8, choices=Flag, blank=True)
    proof = models.CharField(max_length=128, unique=True, editable=False)
    received_at = models.DateTimeField(_("received at"), auto_now_add=True)

    class Meta:
        verbose_name = _("answer to a survey")
        verbose_name_plural = _("answers to surveys")
        ordering = ["survey", "-id"]
        constraints = [models.UniqueConstraint(fields=["survey", "device"], name="survey_answer_once_a_device")]
        indexes = [models.Index(fields=["survey", "place", "received_at"], name="survey_answer_place")]

    def __str__(self) -> str:
        return f"{self.survey_id}: {self.pk}"
