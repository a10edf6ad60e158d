"""The roll-up: sums per own region, kept by statement triggers, always equal to the sum of the lines.

A trigger appends to the delta table (no hot row, no deadlock), a job folds it into the folded tables, readers
take both through the views. Ancestors are never stored: a reader joins the tree.

Three folded tables hold the same money: by every key, and the two margins that most pages ask for, by function
and by economic class. A region has hundreds of thousands of sums by every key, and a few thousand in a margin.
"""

from django.db import models

from apps.budget.models.sheet import ExpenditureKind, money_field
from apps.codes.models import Code, FiscalYear
from apps.regions.models import Region
from imbudget.kit.querysets import ScopedQuerySet


class SummaryQuerySet(ScopedQuerySet):
    """Sums by region; unit posts see none (their sheet has its own totals)."""

    unit_field = None


def _key(model: type[models.Model], null: bool = False) -> models.ForeignKey:
    """A key of a derived row: the line it comes from holds the constraint, a second check would cost each write.

    It has no index of its own either: each table is read by year, round and place.
    """
    return models.ForeignKey(
        model, null=null, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )


class SummaryScope(models.Model):
    """Where the money belongs, and the sums in yuan."""

    region = _key(Region)
    league = _key(Region, null=True)
    year = _key(FiscalYear)
    round = models.CharField(max_length=12)
    accepted = models.BooleanField()
    kind = models.CharField(max_length=7, choices=ExpenditureKind)
    fund = _key(Code)
    amount = money_field("amount")
    prior_approved = money_field("approved last year")
    prior_executed = money_field("executed last year")
    line_count = models.BigIntegerField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.region_id} {self.year_id} {self.amount}"


class FunctionKeys(SummaryScope):
    """Sums by function and fund type."""

    function = _key(Code)

    class Meta:
        abstract = True


class EconomicKeys(SummaryScope):
    """Sums by the two economic classes and fund type; empty classes are lines by function alone."""

    department_economic = _key(Code, null=True)
    government_economic = _key(Code, null=True)

    class Meta:
        abstract = True


class SummaryKeys(FunctionKeys, EconomicKeys):
    """Sums by every key."""

    class Meta:
        abstract = True


def _once(name: str, *keys: str) -> models.UniqueConstraint:
    """One row a key; year and round stand first, so that the whole region is one stretch of the index."""
    fields = ["year", "round", "region", "accepted", "kind", *keys, "fund"]
    return models.UniqueConstraint(fields=fields, name=name, nulls_distinct=False)


class SummaryFolded(SummaryKeys):
    """Sums folded so far, one row a key."""

    class Meta:
        constraints = [_once("summary_folded_key", "function", "department_economic", "government_economic")]
        indexes = [models.Index(fields=["league", "year", "round"], name="summary_league_round")]


class SummaryFunction(FunctionKeys):
    """The same sums by function and fund type alone."""

    class Meta:
        constraints = [_once("summary_function_key", "function")]
        indexes = [models.Index(fields=["league", "year", "round"], name="summary_function_league")]


class SummaryEconomic(EconomicKeys):
    """The same sums by economic class and fund type alone."""

    class Meta:
        constraints = [_once("summary_economic_key", "department_economic", "government_economic")]
        indexes = [models.Index(fields=["league", "year", "round"], name="summary_economic_league")]


class SummaryDelta(SummaryKeys):
    """Changes not folded yet; written by triggers only."""


class Summary(SummaryKeys):
    """The view over both: what a reader uses. Its rows must be summed, a key may come more than once."""

    objects = SummaryQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "budget_summary"


class SummaryByFunction(FunctionKeys):
    """The view over the margin by function and what is not folded yet."""

    objects = SummaryQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "budget_summary_by_function"


class SummaryByEconomic(EconomicKeys):
    """The view over the margin by economic class and what is not folded yet."""

    objects = SummaryQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "budget_summary_by_economic"
