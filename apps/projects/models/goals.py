"""What a project is to bring about: its performance goals, an indicator a row (绩效目标申报表)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.projects.models.parts import part_of


class GoalGroup(models.TextChoices):
    """一级指标."""

    OUTPUT = "output", _("output indicators")
    BENEFIT = "benefit", _("benefit indicators")
    SATISFACTION = "satisfaction", _("satisfaction indicators")


class IndicatorKind(models.TextChoices):
    """二级指标; each belongs to one group."""

    QUANTITY = "quantity", _("output: quantity")
    QUALITY = "quality", _("output: quality")
    TIMELINESS = "timeliness", _("output: timeliness")
    COST = "cost", _("output: cost")
    ECONOMIC = "economic", _("benefit: economic")
    SOCIAL = "social", _("benefit: social")
    ECOLOGICAL = "ecological", _("benefit: ecological")
    LASTING = "lasting", _("benefit: lasting effect")
    SATISFACTION = "satisfaction", _("satisfaction of those served")


K = IndicatorKind
GROUP_OF: dict[str, GoalGroup] = {
    **dict.fromkeys((K.QUANTITY, K.QUALITY, K.TIMELINESS, K.COST), GoalGroup.OUTPUT),
    **dict.fromkeys((K.ECONOMIC, K.SOCIAL, K.ECOLOGICAL, K.LASTING), GoalGroup.BENEFIT),
    K.SATISFACTION: GoalGroup.SATISFACTION,
}


class IndicatorNature(models.TextChoices):
    """指标性质: how what was reached is held against the target."""

    AT_LEAST = "at_least", "≥"
    AT_MOST = "at_most", "≤"
    EQUAL = "equal", "="
    QUALITATIVE = "qualitative", _("in words")


class GoalIndicator(models.Model):
    """One third-level indicator with its target, for the whole term and, where it differs, for the first year."""

    project = part_of("goals")
    number = models.PositiveIntegerField(_("line number"))
    kind = models.CharField(_("kind of indicator"), max_length=12, choices=IndicatorKind, blank=True)
    content = models.CharField(_("indicator"), max_length=300)
    nature = models.CharField(_("comparison"), max_length=11, choices=IndicatorNature, blank=True)
    value = models.CharField(_("target value"), max_length=60)
    annual = models.CharField(_("target value of the year"), max_length=60, blank=True)
    measure = models.CharField(_("unit of measure"), max_length=30, blank=True)

    class Meta:
        verbose_name = _("performance goal")
        verbose_name_plural = _("performance goals")
        ordering = ["project", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "number"], name="goal_indicator_once", deferrable=models.Deferrable.DEFERRED
            )
        ]

    def __str__(self) -> str:
        return f"{self.content} {self.target}".rstrip()

    @property
    def group(self) -> str:
        """The first-level indicator it stands under; empty while its kind is not chosen."""
        return str(GROUP_OF[self.kind].label) if self.kind in GROUP_OF else ""

    @property
    def target(self) -> str:
        """The target of the whole term as tables print it: ≥95%."""
        return self.said(self.value)

    @property
    def target_of_year(self) -> str:
        """The target of the year, that of the term where none is stated."""
        return self.said(self.annual or self.value)

    def said(self, value: str) -> str:
        """A target with its comparison and its unit of measure."""
        sign = "" if self.nature in {"", IndicatorNature.QUALITATIVE} else IndicatorNature(self.nature).label
        return f"{sign}{value}{self.measure}" if value else ""
