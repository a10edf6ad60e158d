"""The roll-up: sums per own region, kept by statement triggers, always equal to the sum of the lines.

A trigger appends to the delta table (no hot row, no deadlock), a job folds it into the folded table, readers
take both through the view `Summary`. Ancestors are never stored: a reader joins the tree.
"""

from django.db import models

from apps.budget.models.sheet import money_field
from apps.codes.models import Code, FiscalYear
from apps.regions.models import Region
from imbudget.kit.querysets import ScopedQuerySet


class SummaryQuerySet(ScopedQuerySet):
    """Sums by region; unit posts see none (their sheet has its own totals)."""

    unit_field = None


def _key(model: type[models.Model], null: bool = False) -> models.ForeignKey:
    """A key of a derived row: the line it comes from holds the constraint, a second check would cost each write."""
    return models.ForeignKey(model, null=null, on_delete=models.DO_NOTHING, related_name="+", db_constraint=False)


class SummaryKeys(models.Model):
    """What a sum is taken over, and the sums in yuan."""

    region = _key(Region)
    league = _key(Region, null=True)
    year = _key(FiscalYear)
    round = models.CharField(max_length=12)
    accepted = models.BooleanField()
    function = _key(Code)
    department_economic = _key(Code, null=True)
    government_economic = _key(Code, null=True)
    fund = _key(Code)
    amount = money_field("amount")
    prior_approved = money_field("approved last year")
    prior_executed = money_field("executed last year")
    line_count = models.BigIntegerField()

    class Meta:
        abstract = True


class SummaryFolded(SummaryKeys):
    """Sums folded so far, one row a key."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=[
                    "region",
                    "year",
                    "round",
                    "accepted",
                    "function",
                    "department_economic",
                    "government_economic",
                    "fund",
                ],
                name="summary_folded_key",
                nulls_distinct=False,
            )
        ]
        indexes = [models.Index(fields=["league", "year", "round"], name="summary_league_round")]

    def __str__(self) -> str:
        return f"{self.region_id} {self.year_id} {self.amount}"


class SummaryDelta(SummaryKeys):
    """Changes not folded yet; written by triggers only."""

    def __str__(self) -> str:
        return f"{self.region_id} {self.year_id} {self.amount:+}"


class Summary(SummaryKeys):
    """The view over both: what every reader uses. Its rows must be summed, a key may come more than once."""

    objects = SummaryQuerySet.as_manager()

    class Meta:
        managed = False
        db_table = "budget_summary"

    def __str__(self) -> str:
        return f"{self.region_id} {self.year_id} {self.amount}"
