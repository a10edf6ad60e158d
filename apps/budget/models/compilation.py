"""A region's compilation of a round, and the frozen figures it reports."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.budget.models.sheet import BudgetRound, money_field
from apps.codes.models import Code, FiscalYear
from apps.regions.models import Region
from imbudget.kit.querysets import ScopedQuerySet
from imbudget.kit.transitions import Stateful


class CompilationState(models.TextChoices):
    """How far a region is with a round."""

    OPEN = "open", _("collecting")
    COMPILED = "compiled", _("compiled")
    REPORTED = "reported", _("reported")
    RETURNED = "returned", _("returned by the upper region")
    ACCEPTED = "accepted", _("accepted by the upper region")


class CompilationQuerySet(ScopedQuerySet):
    """Compilations; a unit post sees none."""

    unit_field = None

    def for_list(self) -> "CompilationQuerySet":
        return self.select_related("region", "snapshot")


class Compilation(Stateful):
    """The budget of a region in one year and round: own units and the accepted reports from below."""

    region = models.ForeignKey(Region, verbose_name=_("region"), on_delete=models.PROTECT, related_name="compilations")
    league = models.ForeignKey(Region, null=True, editable=False, on_delete=models.PROTECT, related_name="+")
    year = models.ForeignKey(FiscalYear, verbose_name=_("fiscal year"), on_delete=models.PROTECT, related_name="+")
    round = models.CharField(_("round"), max_length=12, choices=BudgetRound, default=BudgetRound.FIRST_UP)
    state = models.CharField(
        _("state"), max_length=10, choices=CompilationState, default=CompilationState.OPEN, editable=False
    )
    snapshot = models.ForeignKey(
        "Snapshot",
        verbose_name=_("compiled figures"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    return_reason = models.CharField(_("reason of return"), max_length=2000, blank=True)
    reported_at = models.DateTimeField(_("reported at"), null=True, blank=True)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    unit_id = None  # a document of the region's own: the approval engine asks each document for its unit

    objects = CompilationQuerySet.as_manager()

    class Meta:
        verbose_name = _("compilation")
        verbose_name_plural = _("compilations")
        constraints = [models.UniqueConstraint(fields=["region", "year", "round"], name="one_compilation_a_round")]
        indexes = [models.Index(fields=["league", "year", "round"], name="compilation_league_round")]

    def __str__(self) -> str:
        return f"{self.region} {self.year_id} {self.get_round_display()}"

    def get_absolute_url(self) -> str:
        return reverse("budget:compilation", args=[self.pk])

    @property
    def is_locked(self) -> bool:
        """Whether the figures below may not move: compiled, reported or accepted."""
        return self.state not in {CompilationState.OPEN, CompilationState.RETURNED}


class Snapshot(models.Model):
    """Figures frozen at one compilation; rows are inserted once and never changed (a trigger holds it)."""

    compilation = models.ForeignKey(Compilation, on_delete=models.PROTECT, related_name="snapshots")
    number = models.PositiveIntegerField(_("number"))
    total = money_field(_("total"))
    line_count = models.PositiveBigIntegerField(_("lines"))
    missing_units = models.PositiveIntegerField(_("units missing"), default=0)
    missing_reason = models.CharField(_("reason why units are missing"), max_length=2000, blank=True)
    digest = models.CharField(_("digest (SM3)"), max_length=64)
    taken_at = models.DateTimeField(_("taken at"), auto_now_add=True)

    class Meta:
        verbose_name = _("compiled figures")
        verbose_name_plural = _("compiled figures")
        ordering = ["compilation", "-number"]
        constraints = [models.UniqueConstraint(fields=["compilation", "number"], name="snapshot_number_once")]

    def __str__(self) -> str:
        return f"№ {self.number}"


def _frozen_key(model: type[models.Model], null: bool = False) -> models.ForeignKey:
    """A key of a frozen sum: the line it was added up from held the constraint. Half a million rows of the region's
    own compilation need neither a second check nor an index each; deleting a code or region is refused by Django.
    """
    return models.ForeignKey(
        model, null=null, on_delete=models.PROTECT, related_name="+", db_constraint=False, db_index=False
    )


class SnapshotRow(models.Model):
    """One sum of a snapshot; `region` is the node whose own units the money belongs to.

    Triggers hold the key of the snapshot: rows come to one that is being taken, and none is ever deleted.
    """

    snapshot = models.ForeignKey(
        Snapshot, on_delete=models.PROTECT, related_name="rows", db_constraint=False, db_index=False
    )
    region = _frozen_key(Region)
    function = _frozen_key(Code)
    department_economic = _frozen_key(Code, null=True)
    government_economic = _frozen_key(Code, null=True)
    fund = _frozen_key(Code)
    amount = money_field(_("amount"))
    line_count = models.PositiveBigIntegerField(_("lines"))

    class Meta:
        indexes = [models.Index(fields=["snapshot", "region"], name="snapshot_row_region")]

    def __str__(self) -> str:
        return f"{self.region_id} {self.amount}"
