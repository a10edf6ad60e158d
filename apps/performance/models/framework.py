"""共性指标框架: the items of decision and process that departments and finance offices tick (财预〔2020〕10号, annex)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class FrameworkPart(models.TextChoices):
    """一级指标."""

    DECISION = "decision", _("decision")
    PROCESS = "process", _("process")


class Formula(models.TextChoices):
    """How an item is scored that nobody ticks."""

    EXECUTION = "execution", _("execution rate")


class FrameworkItem(models.Model):
    """A third-level indicator of decision or process; its points are brought to those of the scheme."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    part = models.CharField(_("first-level indicator"), max_length=8, choices=FrameworkPart)
    second = models.CharField(_("second-level indicator"), max_length=60)
    name = models.CharField(_("third-level indicator"), max_length=60)
    points = models.DecimalField(_("points"), max_digits=5, decimal_places=2)
    formula = models.CharField(_("formula"), max_length=9, choices=Formula, blank=True)
    number = models.PositiveSmallIntegerField(_("no."))
    is_current = models.BooleanField(_("in use"), default=True)
    source = models.CharField(_("source document"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("item of the framework")
        verbose_name_plural = _("items of the framework")
        ordering = ["number"]

    def __str__(self) -> str:
        return self.name


class FrameworkPoint(models.Model):
    """评价要点: one thing of an item that is in order or not."""

    item = models.ForeignKey(FrameworkItem, on_delete=models.CASCADE, related_name="ticks")  # a part of its item
    number = models.PositiveSmallIntegerField(_("no."))
    text = models.CharField(_("what is looked at"), max_length=200)

    class Meta:
        verbose_name = _("point of an item")
        verbose_name_plural = _("points of items")
        ordering = ["item", "number"]
        constraints = [models.UniqueConstraint(fields=["item", "number"], name="framework_point_once")]

    def __str__(self) -> str:
        return self.text
