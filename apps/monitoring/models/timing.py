"""What timed rules go by: curves of spending, how far each rule has looked, and trials on past payments."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.monitoring.models.rule import Rule, RuleVersion
from apps.regions.models import Region
from imbudget.kit.querysets import ScopedQuerySet

MONTHS = 12


def whole_curve(value: list[object]) -> None:
    """Twelve shares in percent that never fall and end with 100."""
    numbers = value if isinstance(value, list) and all(isinstance(one, int | float) for one in value) else []
    if len(numbers) != MONTHS or sorted(numbers) != numbers or numbers[0] < 0 or numbers[-1] != 100:
        raise ValidationError(_("A curve has twelve shares that never fall and end with 100."))


class PaceCurve(models.Model):
    """How much of a year's money is spent by the end of each month (%), for functions that begin with `function`.

    The longest beginning decides; the one without a function is for all that has none. Seasonal work (grassland
    subsidies, heating, sowing) has curves of its own, so that it raises no alarm before its season.
    """

    name = models.CharField(_("name"), max_length=120)
    function = models.CharField(_("function code"), max_length=21, blank=True, unique=True)
    shares = models.JSONField(_("shares by month (%)"), validators=[whole_curve])
    basis = models.CharField(_("basis"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("curve of spending")
        verbose_name_plural = _("curves of spending")
        ordering = ["function"]

    def __str__(self) -> str:
        return self.name


class RuleRun(models.Model):
    """How far a timed rule has looked: rows that changed after `seen_to` are looked at next time."""

    version = models.OneToOneField(RuleVersion, on_delete=models.PROTECT, primary_key=True, related_name="run")
    seen_to = models.DateTimeField(_("looked up to"))
    day = models.DateField(_("day"))
    found = models.PositiveIntegerField(_("alarms of the last run"), default=0)
    seconds = models.FloatField(_("seconds of the last run"), default=0)

    class Meta:
        verbose_name = _("run of a timed rule")
        verbose_name_plural = _("runs of timed rules")

    def __str__(self) -> str:
        return f"{self.version_id}: {self.day}"


class TrialQuerySet(ScopedQuerySet):
    """Trials; those of an office are seen by it and above."""

    unit_field = None


class Trial(models.Model):
    """What a version would have hit among past payments: how many, how much, and some of them."""

    version = models.ForeignKey(RuleVersion, on_delete=models.CASCADE, related_name="trials")  # a part of its version
    rule = models.ForeignKey(Rule, on_delete=models.CASCADE, related_name="trials")  # the same
    region = models.ForeignKey(Region, verbose_name=_("region"), on_delete=models.PROTECT, related_name="+")
    league = models.ForeignKey(Region, null=True, editable=False, on_delete=models.PROTECT, related_name="+")
    year = models.PositiveSmallIntegerField(_("fiscal year"))
    revision = models.PositiveIntegerField(default=1)
    looked_at = models.PositiveIntegerField(_("payments looked at"), default=0)
    hits = models.PositiveIntegerField(_("hits"), default=0)
    amount = models.DecimalField(_("amount of the hits"), max_digits=20, decimal_places=2, default=0)
    samples = models.JSONField(default=list)
    user = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+", db_index=False)
    made_at = models.DateTimeField(_("made at"), auto_now_add=True)

    objects = TrialQuerySet.as_manager()

    class Meta:
        verbose_name = _("trial of a rule")
        verbose_name_plural = _("trials of rules")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.version_id} {self.year}: {self.hits}"
