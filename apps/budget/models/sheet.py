"""What a unit asks for: one sheet per unit, year and round, and its lines."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.accounts.models import User
from apps.codes.models import Code, ExpenditureKind, FiscalYear
from apps.regions.models import Region, Unit
from imbudget.kit.querysets import ScopedQuerySet
from imbudget.kit.transitions import Stateful


class BudgetRound(models.TextChoices):
    """The rounds of 两上两下; each one is kept."""

    FIRST_UP = "first_up", _("first submission")
    FIRST_DOWN = "first_down", _("control figures")
    SECOND_UP = "second_up", _("second submission")
    SECOND_DOWN = "second_down", pgettext_lazy("budget round", "approval")


class SheetState(models.TextChoices):
    """Who holds the sheet now."""

    DRAFT = "draft", pgettext_lazy("budget sheet", "draft")
    SUBMITTED = "submitted", _("submitted")
    RETURNED = "returned", _("returned")
    ACCEPTED = "accepted", _("accepted")


def kind_of(project_code: str, project_name: str) -> str:
    """The kind of expenditure of a line that does not state it: money for a project is project expenditure."""
    return ExpenditureKind.PROJECT if project_code or project_name else ExpenditureKind.BASIC


class SheetQuerySet(ScopedQuerySet):
    """Budget sheets."""

    def for_list(self) -> "SheetQuerySet":
        return self.select_related("unit", "region")

    def of_round(self, year: int, round_: str) -> "SheetQuerySet":
        """The sheets of one compilation round."""
        return self.filter(year_id=year, round=round_)


def money_field(label: str, **kwargs: object) -> models.DecimalField:
    """An amount in yuan."""
    return models.DecimalField(label, max_digits=20, decimal_places=2, **kwargs)  # type: ignore[arg-type]


def code_key(**kwargs: Any) -> models.ForeignKey:
    """A key to a code, held by triggers once a statement (kit.setkeys): a check of each row costs more than the row."""
    return models.ForeignKey(Code, on_delete=models.PROTECT, related_name="+", db_constraint=False, **kwargs)


def copied_key(model: type[models.Model], **kwargs: Any) -> models.ForeignKey:
    """A key that the database copies down from a row that holds the constraint: a second check would cost each write."""
    return models.ForeignKey(
        model, on_delete=models.PROTECT, related_name="+", editable=False, db_constraint=False, **kwargs
    )


class BudgetSheet(Stateful):
    """The budget of one unit in one year and round. Region and league are copied from the unit by the database."""

    unit = models.ForeignKey(Unit, verbose_name=_("budget unit"), on_delete=models.PROTECT, related_name="sheets")
    region = models.ForeignKey(Region, verbose_name=_("region"), on_delete=models.PROTECT, related_name="+")
    league = models.ForeignKey(Region, null=True, on_delete=models.PROTECT, related_name="+", editable=False)
    year = models.ForeignKey(FiscalYear, verbose_name=_("fiscal year"), on_delete=models.PROTECT, related_name="+")
    round = models.CharField(_("round"), max_length=12, choices=BudgetRound, default=BudgetRound.FIRST_UP)
    state = models.CharField(_("state"), max_length=10, choices=SheetState, default=SheetState.DRAFT, editable=False)
    declared_total = money_field(
        _("declared total"),
        null=True,
        blank=True,
        help_text=_("In yuan. What your own table adds up to; the check compares it with the lines."),
    )
    total = money_field(_("total"), default=0, editable=False)
    note = models.CharField(_("note"), max_length=2000, blank=True)
    return_reason = models.CharField(_("reason of return"), max_length=2000, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    # Of the hand-in under way: whether the finance office brings the sheet in. What is stored is the case's own value.
    by_office = False

    objects = SheetQuerySet.as_manager()

    class Meta:
        verbose_name = _("budget sheet")
        verbose_name_plural = _("budget sheets")
        constraints = [
            models.UniqueConstraint(
                fields=["unit", "year", "round"],
                name="one_sheet_a_round",
                violation_error_message=_("This unit has a sheet for this round already."),
            ),
            models.CheckConstraint(condition=Q(total__gte=0), name="sheet_total_not_below_zero"),
            models.CheckConstraint(
                condition=Q(declared_total=None) | Q(declared_total__gte=0), name="sheet_declared_not_below_zero"
            ),
        ]
        indexes = [
            models.Index(fields=["league", "-updated_at", "-id"], name="sheet_league_updated"),
            models.Index(fields=["region", "-updated_at", "-id"], name="sheet_region_updated"),
            models.Index(fields=["-updated_at", "-id"], name="sheet_updated"),
            models.Index(fields=["league", "year", "round", "-updated_at", "-id"], name="sheet_league_round_updated"),
            models.Index(fields=["year", "round", "region", "state"], name="sheet_round_region_state"),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.year_id} {self.get_round_display()}"

    def get_absolute_url(self) -> str:
        return reverse("budget:sheet", args=[self.pk])

    @property
    def is_editable(self) -> bool:
        """Whether the sheet's state lets its unit change lines."""
        return self.state in {SheetState.DRAFT, SheetState.RETURNED}


class LineQuerySet(ScopedQuerySet):
    """Budget lines."""

    def for_list(self) -> "LineQuerySet":
        return self.select_related("unit", "function", "department_economic", "government_economic", "fund", "region")


class BudgetLine(models.Model):
    """One amount of a sheet. Unit, region, league, year and round are copied from the sheet by the database.

    What is copied is constrained in the sheet; keys without an index of their own begin one of the indexes below.
    """

    sheet = models.ForeignKey(
        BudgetSheet,
        verbose_name=_("budget sheet"),
        db_constraint=False,  # held by triggers like the keys to codes
        db_index=False,
        on_delete=models.PROTECT,
        related_name="lines",
    )
    unit = copied_key(Unit)
    region = copied_key(Region, db_index=False)
    league = copied_key(Region, null=True, db_index=False)
    year = copied_key(FiscalYear, db_index=False)
    round = models.CharField(max_length=12, choices=BudgetRound, editable=False)
    number = models.PositiveIntegerField(_("line number"))
    function = code_key(verbose_name=_("function"))
    department_economic = code_key(
        verbose_name=_("department economic class"),
        null=True,
        help_text=_("Empty only in function-level lines, where the region's setting allows them."),
    )
    government_economic = code_key(verbose_name=_("government economic class"), null=True)
    fund = code_key(verbose_name=_("fund type"))
    kind = models.CharField(
        _("kind of expenditure"), max_length=7, choices=ExpenditureKind, db_default=ExpenditureKind.BASIC
    )
    project_code = models.CharField(_("project code"), max_length=21, blank=True)
    project_name = models.CharField(_("project name"), max_length=360, blank=True)
    amount = money_field(_("amount"))
    prior_approved = money_field(_("approved last year"), null=True, blank=True)
    prior_executed = money_field(_("executed last year"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=2000, blank=True)

    objects = LineQuerySet.as_manager()

    class Meta:
        verbose_name = _("budget line")
        verbose_name_plural = _("budget lines")
        ordering = ["sheet", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["sheet", "number"], name="line_number_once", deferrable=models.Deferrable.DEFERRED
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=0),
                name="line_amount_not_below_zero",
                violation_error_message=_("The amount must not be below zero."),
            ),
        ]
        indexes = [
            models.Index(fields=["region", "year", "round", "function"], name="line_region_round_function"),
            models.Index(fields=["league", "-id"], name="line_league_id"),
            models.Index(fields=["league", "year", "round", "-id"], name="line_league_round"),
            models.Index(fields=["year", "round", "-id"], name="line_round"),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.amount}"


class SheetRemark(models.Model):
    """A comment by someone who may see the sheet but not change it."""

    sheet = models.ForeignKey(
        BudgetSheet, verbose_name=_("budget sheet"), on_delete=models.PROTECT, related_name="remarks"
    )
    user = models.ForeignKey(User, verbose_name=_("user"), null=True, on_delete=models.PROTECT, related_name="+")
    post_label = models.CharField(_("post"), max_length=200)
    text = models.CharField(_("comment"), max_length=2000)
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return self.text[:50]
