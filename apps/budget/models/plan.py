"""Which rounds a region runs in a year and until when; the statutory clocks, and the days of the acts they run by."""

from datetime import date
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.budget.models.sheet import BudgetRound
from apps.codes.models import FiscalYear
from apps.regions.models import Region
from imbudget.kit.querysets import ScopedQuerySet


class OfRegionsQuerySet(ScopedQuerySet):
    """Rows of regions; whoever sees single units sees none."""

    unit_field = None


def _of_region(related_name: str) -> dict[str, Any]:
    """The keys that say whose row it is; the league is filled in by the database."""
    return {"on_delete": models.PROTECT, "related_name": related_name}


class RoundPlan(models.Model):
    """The timetable of one region and year. A region without one runs all four rounds and has no dates."""

    region = models.ForeignKey(Region, verbose_name=_("region"), **_of_region("round_plans"))
    league = models.ForeignKey(Region, null=True, editable=False, **_of_region("+"))
    year = models.ForeignKey(FiscalYear, verbose_name=_("fiscal year"), **_of_region("+"))
    has_first_up = models.BooleanField(_("first submission takes place"), default=True)
    has_first_down = models.BooleanField(_("control figures are given"), default=True)
    has_second_up = models.BooleanField(_("second submission takes place"), default=True)
    has_second_down = models.BooleanField(_("approval takes place"), default=True)
    announced_on = models.DateField(_("announced on"), null=True, blank=True)
    first_up_due = models.DateField(_("first submission due"), null=True, blank=True)
    first_down_due = models.DateField(_("control figures due"), null=True, blank=True)
    second_up_due = models.DateField(_("second submission due"), null=True, blank=True)
    approved_on = models.DateField(_("approved by the people's congress on"), null=True, blank=True)
    second_down_due = models.DateField(_("approval due"), null=True, blank=True)
    source = models.CharField(_("source document"), max_length=300, blank=True)

    objects = OfRegionsQuerySet.as_manager()

    class Meta:
        verbose_name = _("timetable of a region")
        verbose_name_plural = _("timetables of regions")
        ordering = ["-year", "region"]
        constraints = [
            models.UniqueConstraint(
                fields=["region", "year"],
                name="one_plan_a_year",
                violation_error_message=_("The region has a timetable for this year already."),
            ),
            models.CheckConstraint(
                condition=Q(has_first_up=True) | Q(has_second_up=True),
                name="plan_has_a_submission",
                violation_error_message=_("Units hand in at least once: keep one of the two submissions."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.region} {self.year_id}"

    @property
    def rounds(self) -> list[str]:
        """The rounds that take place, in their order."""
        return [str(round_) for round_ in BudgetRound if getattr(self, f"has_{round_}")]

    def due_on(self, round_: str) -> Any:
        """The day a round ends by, None where nobody has set one."""
        return getattr(self, f"{round_}_due")


class BudgetAct(models.TextChoices):
    """What a statutory clock runs from and to."""

    NATIONAL_CONGRESS = "national_congress", _("the National People's Congress has approved")
    CONGRESS = "congress", _("the people's congress of the region has approved")
    DEPARTMENTS_ANSWERED = "departments_answered", _("budgets of the departments approved")
    UNITS_ANSWERED = "units_answered", _("budgets of the units approved by their departments")
    BUDGET_PUBLISHED = "budget_published", _("government budget published")
    DEPARTMENTS_PUBLISHED = "departments_published", _("department budgets published")
    CENTRAL_GENERAL = "central_general", _("general transfers received from the centre")
    CENTRAL_SPECIAL = "central_special", _("special transfers received from the centre")
    GENERAL_PASSED = "general_passed", _("general transfers given to lower regions")
    SPECIAL_PASSED = "special_passed", _("special transfers given to lower regions")
    TRANSFER_RECEIVED = "transfer_received", _("a transfer from above received")
    TRANSFER_PASSED = "transfer_passed", _("the transfer passed on to counties")
    DIRECT_RECEIVED = "direct_received", _("direct funds received")
    DIRECT_FILED = "direct_filed", _("plan of the direct funds filed")
    ANNOUNCED = "announced", _("compiling the budget of the year announced")
    ADVANCE_RECEIVED = "advance_received", _("transfers of next year notified in advance from above")
    ADVANCE_PASSED = "advance_passed", _("transfers of next year notified in advance to lower regions")


class Counting(models.TextChoices):
    """How days are counted."""

    NATURAL = "natural", _("natural days")
    WORKING = "working", _("working days")


class StatutoryClock(models.Model):
    """One term set by law: within so many days of one act the other one has to follow."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=200)
    from_act = models.CharField(_("begins with"), max_length=24, choices=BudgetAct)
    to_act = models.CharField(_("ends with"), max_length=24, choices=BudgetAct)
    days = models.PositiveSmallIntegerField(
        _("days"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(365)],
        help_text=_("Empty: the term ends on a day of its own."),
    )
    due_by = models.CharField(
        _("ends on the day"),
        max_length=5,
        blank=True,
        validators=[
            RegexValidator(r"^(0[1-9]|1[0-2])-(0[1-9]|1\d|2[0-8])$|^(0[13-9]|1[0-2])-(29|30)$|^(0[13578]|1[02])-31$")
        ],
        help_text=_("Month and day in the year before the fiscal year, like 10-31; empty: after so many days."),
    )
    counting = models.CharField(_("counted in"), max_length=7, choices=Counting, default=Counting.NATURAL)
    level = models.PositiveSmallIntegerField(
        _("level of regions"),
        null=True,
        blank=True,
        validators=[MaxValueValidator(2)],
        help_text=_("0 is the autonomous region, 1 a league or city, 2 a banner or county; empty: every level."),
    )
    basis = models.CharField(_("basis"), max_length=300)
    is_active = models.BooleanField(_("in use"), default=True)
    is_verified = models.BooleanField(_("verified"), default=False)
    source = models.CharField(_("source document"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("statutory term")
        verbose_name_plural = _("statutory terms")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(from_act=models.F("to_act")),
                name="clock_between_two_acts",
                violation_error_message=_("A term runs between two different acts."),
            ),
            models.CheckConstraint(
                condition=Q(days__gte=1, due_by="") | (Q(days=None) & ~Q(due_by="")),
                name="clock_has_days_or_a_day",
                violation_error_message=_("A term has so many days, or ends on a day of its own."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def due_in(self, year: int) -> date | None:
        """The day of its own on which the term of a fiscal year ends: it lies in the year before."""
        return date(year - 1, *map(int, self.due_by.split("-"))) if self.due_by else None


class ActDay(models.Model):
    """The day on which an act took place in a region; `subject` tells several transfers of a year apart."""

    region = models.ForeignKey(Region, verbose_name=_("region"), **_of_region("+"))
    league = models.ForeignKey(Region, null=True, editable=False, **_of_region("+"))
    year = models.ForeignKey(FiscalYear, verbose_name=_("fiscal year"), **_of_region("+"))
    act = models.CharField(_("act"), max_length=24, choices=BudgetAct)
    subject = models.CharField(_("what it is about"), max_length=200, blank=True)
    day = models.DateField(_("day"))
    document = models.CharField(_("document number"), max_length=200, blank=True)

    objects = OfRegionsQuerySet.as_manager()

    class Meta:
        verbose_name = _("day of an act")
        verbose_name_plural = _("days of acts")
        ordering = ["-day", "pk"]
        constraints = [models.UniqueConstraint(fields=["region", "year", "act", "subject"], name="act_day_once")]
        indexes = [models.Index(fields=["league", "year"], name="act_day_league")]

    def __str__(self) -> str:
        return f"{self.get_act_display()} {self.day}"
