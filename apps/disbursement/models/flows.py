"""What payments come to by region, fund and kind: sums that are appended to, never waited for."""

from django.db import models

from apps.codes.models import Code, FiscalYear
from apps.disbursement.models.request import money
from apps.regions.models import Region


def _key(model: object) -> models.ForeignKey:
    return models.ForeignKey(
        model,  # type: ignore[arg-type]
        on_delete=models.PROTECT,
        related_name="+",
        db_constraint=False,  # held by the requests that they are sums of
        db_index=False,
    )


class FlowTotal(models.Model):
    """A part of what is on its way, paid and failed; written by a trigger with the requests (migrations 0012 and 0030).

    By region and class it is what the ledger has reserved and spent: a refund takes away, a correction leaves the authority
    that paid and arrives at the other one, under `business` of its own on both sides.

    Its rows must be summed: each statement that moves requests appends some, and `fold_flows` joins them.
    `category` are the three digits of the department economic class, `business` is the type of business.
    """

    year = _key(FiscalYear)
    region = _key(Region)
    fund = models.ForeignKey(
        Code, null=True, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )
    category = models.CharField(max_length=3, blank=True)
    business = models.CharField(max_length=12)
    held = money("held")
    paid = money("paid")
    failed = money("failed")

    class Meta:
        indexes = [models.Index(fields=["year", "region"], name="flow_books")]

    def __str__(self) -> str:
        return f"{self.year_id} {self.region_id} {self.category}"
