"""What a project consists of: funding by year and source, cost lines, milestones, policy grounds, tags."""

from decimal import Decimal
from typing import Any

from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.codes.models import Code
from apps.projects.models.catalogue import PolicyTag
from apps.projects.models.project import Project

# 内财农〔2021〕780号: the brackets are U+3014 and U+3015, never [] or ().
DOCUMENT_NUMBER = RegexValidator(
    r"^[^\s〔〕\[\]()()【】]{1,30}〔(19|20)\d{2}〕\d{1,5}号$",
    _("Write the document number with the brackets 〔〕: 内财农〔2021〕780号."),
)


def part_of(name: str, **kwargs: Any) -> models.ForeignKey:
    """The key of a part to its project; its index begins with the project already."""
    return models.ForeignKey(
        Project, verbose_name=_("project"), on_delete=models.PROTECT, related_name=name, db_index=False, **kwargs
    )


def _code(label: Any, **kwargs: Any) -> models.ForeignKey:
    return models.ForeignKey(
        Code, verbose_name=label, null=True, blank=True, on_delete=models.PROTECT, related_name="+", **kwargs
    )


class ProjectTag(models.Model):
    """A project serves a policy priority."""

    project = part_of("project_tags")
    tag = models.ForeignKey(PolicyTag, verbose_name=_("policy tag"), on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("tag of a project")
        verbose_name_plural = _("tags of projects")
        constraints = [models.UniqueConstraint(fields=["project", "tag"], name="project_tag_once")]

    def __str__(self) -> str:
        return f"{self.project_id} {self.tag_id}"


class FundingLine(models.Model):
    """The money of one year from one source (资金性质)."""

    project = part_of("funding")
    number = models.PositiveIntegerField(_("line number"))
    year = models.PositiveSmallIntegerField(_("year"))
    fund = _code(_("fund type"))
    amount = models.DecimalField(
        _("amount"), max_digits=20, decimal_places=2, default=0, validators=[MinValueValidator(Decimal(0))]
    )

    class Meta:
        verbose_name = _("funding line")
        verbose_name_plural = _("funding lines")
        ordering = ["project", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "number"], name="funding_line_once", deferrable=models.Deferrable.DEFERRED
            ),
            models.CheckConstraint(condition=Q(amount__gte=0), name="funding_not_below_zero"),
        ]

    def __str__(self) -> str:
        return f"{self.year}: {self.amount}"


class CostLine(models.Model):
    """One line of the calculation (测算明细): quantity × unit price, its basis, and the classes it is spent under.

    The government economic class is derived from the department one, never entered.
    """

    project = part_of("costs")
    number = models.PositiveIntegerField(_("line number"))
    year = models.PositiveSmallIntegerField(_("year"))
    content = models.CharField(_("content"), max_length=300)
    quantity = models.DecimalField(_("quantity"), max_digits=20, decimal_places=4, default=1)
    measure = models.CharField(_("unit of measure"), max_length=30, blank=True)
    price = models.DecimalField(_("unit price"), max_digits=20, decimal_places=4, default=0)
    amount = models.GeneratedField(  # type: ignore[attr-defined]
        expression=models.functions.Round(F("quantity") * F("price"), precision=2),
        output_field=models.DecimalField(_("amount"), max_digits=20, decimal_places=2),
        db_persist=True,
    )
    basis = models.CharField(_("basis of the calculation"), max_length=500, blank=True)
    function = _code(_("function"))
    department_economic = _code(_("department economic class"))
    government_economic = _code(_("government economic class"))
    is_procurement = models.BooleanField(_("government procurement"), default=False)
    procurement_item = _code(_("procurement item"))

    class Meta:
        verbose_name = _("cost line")
        verbose_name_plural = _("cost lines")
        ordering = ["project", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "number"], name="cost_line_once", deferrable=models.Deferrable.DEFERRED
            ),
            models.CheckConstraint(condition=Q(quantity__gte=0, price__gte=0), name="cost_not_below_zero"),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.content}"


class Milestone(models.Model):
    """One step of the schedule and the goal of its stage."""

    project = part_of("milestones")
    number = models.PositiveIntegerField(_("line number"))
    content = models.CharField(_("content"), max_length=300)
    starts = models.DateField(_("begins"), null=True, blank=True)
    ends = models.DateField(_("ends"), null=True, blank=True)
    goal = models.CharField(_("goal of the stage"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering = ["project", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "number"], name="milestone_once", deferrable=models.Deferrable.DEFERRED
            )
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.content}"


class PolicyBasis(models.Model):
    """A document on which the project rests (立项依据)."""

    project = part_of("bases")
    number = models.PositiveIntegerField(_("line number"))
    title = models.CharField(_("title of the document"), max_length=300)
    document_number = models.CharField(_("document number"), max_length=60, blank=True, validators=[DOCUMENT_NUMBER])

    class Meta:
        verbose_name = _("policy basis")
        verbose_name_plural = _("policy bases")
        ordering = ["project", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["project", "number"], name="policy_basis_once", deferrable=models.Deferrable.DEFERRED
            )
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.document_number}"
