"""公开: what a region puts before the public of a year, frozen: its budget, what was executed of it, how projects were scored."""

from decimal import Decimal
from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.accounts.models import User
from apps.codes.models import FiscalYear
from apps.performance.models.scheme import Grade
from apps.performance.models.year import money
from apps.performance.scoring import execution_rate
from apps.regions.models import Region
from imbudget.kit.querysets import ScopedQuerySet
from imbudget.kit.transitions import Stateful


class DisclosureState(models.TextChoices):
    """Only what is published is on the public pages."""

    PUBLISHED = "published", pgettext_lazy("open data", "published")
    REPLACED = "replaced", pgettext_lazy("open data", "replaced by a later one")
    WITHDRAWN = "withdrawn", pgettext_lazy("open data", "withdrawn")


class DisclosureQuerySet(ScopedQuerySet):
    """What was published; a unit post sees none: the public pages are for everybody."""

    unit_field = None

    def for_list(self) -> "DisclosureQuerySet":
        return self.select_related("region")


class Disclosure(Stateful):
    """The figures of a region's own level in a year as they were published; a later publication takes their place.

    Amounts in yuan. `source` names the approval that the budget rests on. `digest` is SM3 over all its rows. Nothing in it
    names a person; projects are named by what their unit called them.
    """

    region = models.ForeignKey(
        Region, verbose_name=_("region"), on_delete=models.PROTECT, related_name="+", db_index=False
    )
    league = models.ForeignKey(
        Region, null=True, editable=False, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    year = models.ForeignKey(
        FiscalYear, verbose_name=_("fiscal year"), on_delete=models.PROTECT, related_name="+", db_index=False
    )
    number = models.PositiveIntegerField(_("no."))
    source = models.CharField(_("approved by"), max_length=200)
    approved = money(_("approved"), default=0)
    adjusted = money(_("approved, after adjustments"), default=0)
    executed = money(_("executed"), default=0)
    scored = models.PositiveIntegerField(_("projects with a result"), default=0)
    digest = models.CharField(_("digest (SM3)"), max_length=64, blank=True)
    as_of = models.DateTimeField(_("figures as of"))
    publisher = models.ForeignKey(
        User, verbose_name=_("published by"), null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )
    changed_at = models.DateTimeField(_("last changed at"))
    state = models.CharField(_("state"), max_length=9, choices=DisclosureState, editable=False)
    withdrawal = models.CharField(_("reason of the withdrawal"), max_length=2000, blank=True)

    unit_id = None  # of the region itself

    objects = DisclosureQuerySet.as_manager()

    class Meta:
        verbose_name = _("published figures")
        verbose_name_plural = _("published figures")
        ordering = ["-year", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["region", "year", "number"], name="disclosure_number_once"),
            models.UniqueConstraint(
                fields=["region", "year"],
                condition=Q(state="published"),
                name="disclosure_one_published",
                violation_error_message=_("Figures of this year are published already."),
            ),
        ]
        indexes = [
            models.Index(fields=["region", "-id"], name="disclosure_region"),
            models.Index(fields=["league", "-id"], name="disclosure_league"),
            models.Index(fields=["-changed_at"], name="disclosure_changed"),
        ]

    def __str__(self) -> str:
        return f"{self.region} {self.year_id} № {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("performance:disclosure", args=[self.pk])


def _words(label: Any) -> models.CharField:
    """A name as it was: classifications change, what was published does not."""
    return models.CharField(label, max_length=360, blank=True)


class DisclosedLine(models.Model):
    """One sum of the budget by function, government economic class and fund type, in yuan."""

    disclosure = models.ForeignKey(Disclosure, on_delete=models.PROTECT, related_name="lines")
    function = models.CharField(_("function code"), max_length=21)
    function_name = _words(_("function"))
    function_mvf = _words(_("function"))
    economic = models.CharField(_("government economic code"), max_length=21, blank=True)
    economic_name = _words(_("government economic class"))
    economic_mvf = _words(_("government economic class"))
    fund = models.CharField(_("fund code"), max_length=21, blank=True)
    fund_name = _words(_("fund type"))
    fund_mvf = _words(_("fund type"))
    approved = money(_("approved"))
    adjusted = money(_("approved, after adjustments"))
    executed = money(_("executed"))

    class Meta:
        verbose_name = _("published line")
        verbose_name_plural = _("published lines")
        ordering = ["disclosure", "function", "economic", "fund"]
        constraints = [
            models.UniqueConstraint(fields=["disclosure", "function", "economic", "fund"], name="disclosed_line_once")
        ]

    def __str__(self) -> str:
        return f"{self.function} {self.economic} {self.fund}"


class DisclosedResult(models.Model):
    """How the projects of one competent department were graded: how many, their mean score, their money in yuan."""

    disclosure = models.ForeignKey(Disclosure, on_delete=models.PROTECT, related_name="results")
    department = models.CharField(_("department code"), max_length=20)
    department_name = _words(_("competent department"))
    department_mvf = _words(_("competent department"))
    grade = models.CharField(_("grade"), max_length=9, choices=Grade)
    projects = models.PositiveIntegerField(_("projects"))
    mean = models.DecimalField(_("mean score"), max_digits=5, decimal_places=2)
    budget = money(_("budget of the whole year"))
    executed = money(_("executed"))

    class Meta:
        verbose_name = _("published result")
        verbose_name_plural = _("published results")
        ordering = ["disclosure", "department", "grade"]
        constraints = [
            models.UniqueConstraint(fields=["disclosure", "department", "grade"], name="disclosed_result_once")
        ]

    def __str__(self) -> str:
        return f"{self.department} {self.grade}"


class DisclosedProject(models.Model):
    """One project that has a budget in the year, in yuan; its score and grade only where its result was settled.

    `number` counts from 1 in the order in which they are shown, so that any page of many is found at once.
    """

    disclosure = models.ForeignKey(Disclosure, on_delete=models.PROTECT, related_name="projects", db_index=False)
    number = models.PositiveIntegerField(_("no."))
    code = models.CharField(_("project code"), max_length=21)
    name = models.CharField(_("project name"), max_length=200)
    department = models.CharField(_("department code"), max_length=20)
    department_name = _words(_("competent department"))
    department_mvf = _words(_("competent department"))
    unit = models.CharField(_("unit code"), max_length=21)
    unit_name = _words(_("budget unit"))
    unit_mvf = _words(_("budget unit"))
    category = models.CharField(_("category code"), max_length=40, blank=True)
    category_name = _words(_("category"))
    category_mvf = _words(_("category"))
    budget = money(_("budget of the whole year"))
    executed = money(_("executed"))
    score = models.DecimalField(_("score"), max_digits=5, decimal_places=2, null=True)
    grade = models.CharField(_("grade"), max_length=9, choices=Grade, blank=True)

    class Meta:
        verbose_name = _("published project")
        verbose_name_plural = _("published projects")
        ordering = ["disclosure", "number"]
        constraints = [models.UniqueConstraint(fields=["disclosure", "number"], name="disclosed_project_once")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"

    @property
    def execution_rate(self) -> Decimal | None:
        """Executed of the budget of the whole year, in per cent; nothing where there was no budget."""
        return execution_rate(self.budget, self.executed)
