"""Documents that move authority (指标文): drawn up, approved by a flow, posted in one batch."""

import uuid

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.accounts.models import User
from apps.codes.models import FiscalYear
from apps.ledger.models.authority import Authority, AuthorityState, money
from apps.ledger.models.elements import Elements
from apps.regions.models import Region, Unit
from imbudget.kit.querysets import ScopedQuerySet
from imbudget.kit.transitions import Stateful


class DocumentKind(models.TextChoices):
    """What a document does."""

    REVENUE = "revenue", _("revenue budget or transfer received")
    ALLOCATION = "allocation", _("allocation to units, not yet issued")
    ISSUE = "issue", _("issue of what was allocated")
    APPROVAL = "approval", _("approval of the budget")
    SUPPLEMENT = "supplement", _("addition in the year")
    CUT = "cut", _("reduction in the year")
    ADJUSTMENT = "adjustment", _("adjustment by the people's congress")
    REALLOCATION = "reallocation", _("re-allocation")
    RECOVERY = "recovery", _("recovery")
    TRANSFER = "transfer", _("transfer to a lower level")
    CARRY_OVER = "carry_over", _("carry-over into next year")
    WRITE_OFF = "write_off", _("write-off at the year's end")


class DocumentState(models.TextChoices):
    """How far a document is."""

    DRAFT = "draft", pgettext_lazy("authority document", "draft")
    SUBMITTED = "submitted", _("under approval")
    RETURNED = "returned", pgettext_lazy("authority document", "returned")
    POSTED = "posted", _("posted")
    REFUSED = "refused", pgettext_lazy("authority document", "refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("authority document", "withdrawn")


OPEN_STATES = (DocumentState.DRAFT, DocumentState.SUBMITTED, DocumentState.RETURNED)


class DocumentQuerySet(ScopedQuerySet):
    """Documents; a unit sees its own ones, and posted ones only by their postings."""

    def for_list(self) -> "DocumentQuerySet":
        return self.select_related("region", "unit")


class AuthorityDocument(Stateful):
    """A document with its number (文号) and its lines; nothing moves before its flow has approved it."""

    kind = models.CharField(_("kind of document"), max_length=12, choices=DocumentKind)
    year = models.ForeignKey(FiscalYear, verbose_name=_("fiscal year"), on_delete=models.PROTECT, related_name="+")
    region = models.ForeignKey(Region, verbose_name=_("region"), on_delete=models.PROTECT, related_name="+")
    league = models.ForeignKey(Region, null=True, editable=False, on_delete=models.PROTECT, related_name="+")
    unit = models.ForeignKey(
        Unit, verbose_name=_("budget unit"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    number = models.CharField(
        _("document number"), max_length=60, blank=True, help_text=_("As on the paper, for example 内财预〔2027〕1号")
    )
    title = models.CharField(_("title"), max_length=200)
    dated = models.DateField(_("date of the document"), null=True, blank=True)
    basis = models.CharField(
        _("basis"), max_length=500, blank=True, help_text=_("The decision, law or document that it rests on.")
    )
    upper_number = models.CharField(_("document number of the upper level"), max_length=60, blank=True)
    upper = models.ForeignKey(
        "self",
        verbose_name=_("document of the upper level"),
        null=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="received",
    )
    reason = models.CharField(_("reason"), max_length=2000, blank=True)
    total = money(_("total"), default=0, editable=False)
    state = models.CharField(
        _("state"), max_length=10, choices=DocumentState, default=DocumentState.DRAFT, editable=False
    )
    return_reason = models.CharField(_("reason of return"), max_length=2000, blank=True, editable=False)
    revision = models.PositiveIntegerField(default=1, editable=False)
    author = models.ForeignKey(
        User, verbose_name=_("author"), null=True, on_delete=models.PROTECT, related_name="+", editable=False
    )
    created_at = models.DateTimeField(_("created at"), auto_now_add=True)
    posted_at = models.DateTimeField(_("posted at"), null=True, blank=True, editable=False)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = _("authority document")
        verbose_name_plural = _("authority documents")
        constraints = [
            models.UniqueConstraint(
                fields=["region", "year", "number"],
                condition=~Q(number="") & ~Q(state__in=("refused", "withdrawn")),
                name="document_number_once",
                violation_error_message=_("There is a document with this number already."),
            )
        ]
        indexes = [
            models.Index(fields=["league", "year", "-id"], name="document_league_year"),
            models.Index(fields=["region", "year", "-id"], name="document_region_year"),
            models.Index(fields=["unit", "year", "-id"], name="document_unit_year"),
            models.Index(fields=["year", "-id"], name="document_year"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}".strip()

    def get_absolute_url(self) -> str:
        return reverse("ledger:document", args=[self.pk])

    @property
    def is_editable(self) -> bool:
        """Whether its lines may still be changed."""
        return self.state in {DocumentState.DRAFT, DocumentState.RETURNED}


class DocumentLine(Elements):
    """One movement: `amount` leaves `origin` and comes to `target`, or to a new authority with these elements.

    Without an origin the money comes from the revenue budget; without a target and without elements (`target_state`
    empty) it leaves the books of the year.
    """

    document = models.ForeignKey(
        AuthorityDocument,
        verbose_name=_("document"),
        on_delete=models.CASCADE,
        related_name="lines",
        db_constraint=False,
    )
    number = models.PositiveIntegerField(_("line number"))
    uid = models.UUIDField(default=uuid.uuid4, editable=False)
    origin = models.ForeignKey(
        Authority,
        verbose_name=_("taken from"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    target = models.ForeignKey(
        Authority,
        verbose_name=_("given to"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    target_state = models.CharField(
        _("state of the new authority"), max_length=11, choices=AuthorityState, blank=True, editable=False
    )
    amount = money(_("amount"))
    summary = models.CharField(_("summary"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("line of a document")
        verbose_name_plural = _("lines of a document")
        ordering = ["document", "number"]
        constraints = [
            models.UniqueConstraint(fields=["document", "number"], name="document_line_number_once"),
            models.CheckConstraint(
                condition=Q(amount__gt=0),
                name="document_line_moves_money",
                violation_error_message=_("The amount must be above zero."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}: {self.amount}"
