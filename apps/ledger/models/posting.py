"""Postings and their entries, never changed; reservations, which say what a payment still holds."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.codes.models import FiscalYear
from apps.ledger.models.account import Account, Event, Side
from apps.ledger.models.authority import Authority, AuthorityState, money
from apps.regions.models import Region, Unit
from imbudget.kit.actor import Actor, Reach
from imbudget.kit.querysets import ScopedQuerySet


class PostingQuerySet(ScopedQuerySet):
    """Postings; a unit sees those on its own authorities."""

    def for_list(self) -> "PostingQuerySet":
        return self.select_related("region", "unit", "document")


def plain_key(model: type[models.Model], label: object, **kwargs: object) -> models.ForeignKey:
    """A key without an index of its own."""
    return models.ForeignKey(
        model, verbose_name=label, on_delete=models.PROTECT, related_name="+", db_index=False, **kwargs
    )  # type: ignore[misc]


class Posting(models.Model):
    """One voucher of the ledger (指标核算凭证): an event with its entries, which balance. Triggers keep it for ever.

    `key` makes it happen once: who comes again with the same key and body (`digest`) gets this posting back.
    """

    event = models.CharField(_("event"), max_length=16, choices=Event)
    key = models.CharField(_("key"), max_length=120, unique=True)
    digest = models.CharField(_("digest of what was asked"), max_length=64)
    year = plain_key(FiscalYear, _("fiscal year"))
    region = plain_key(Region, _("region"))
    league = plain_key(Region, _("league or city"), null=True, blank=True)
    unit = plain_key(Unit, _("budget unit"), null=True, blank=True)
    document = models.ForeignKey(
        "AuthorityDocument", verbose_name=_("document"), null=True, on_delete=models.PROTECT, related_name="postings"
    )
    reverses = models.ForeignKey(
        "self",
        verbose_name=_("reverses"),
        null=True,
        on_delete=models.PROTECT,
        related_name="reversals",
        db_index=False,
    )
    total = money(_("total"))
    summary = models.CharField(_("summary"), max_length=500, blank=True)
    user = models.BigIntegerField(_("user"), null=True)  # outlives the user's account, as history does
    user_name = models.CharField(_("name of the user"), max_length=150, blank=True)
    post_label = models.CharField(_("post"), max_length=250, blank=True)
    posted_at = models.DateTimeField(_("posted at"), db_default=models.functions.Now())

    objects = PostingQuerySet.as_manager()

    class Meta:
        verbose_name = _("posting")
        verbose_name_plural = _("postings")
        indexes = [
            models.Index(fields=["year", "-id"], name="posting_year"),
            models.Index(fields=["league", "year", "-id"], name="posting_league_year"),
            models.Index(fields=["region", "year", "-id"], name="posting_region_year"),
            models.Index(fields=["unit", "year", "-id"], name="posting_unit_year"),
        ]

    def __str__(self) -> str:
        return f"№ {self.pk} {self.get_event_display()}"

    def get_absolute_url(self) -> str:
        return reverse("ledger:posting", args=[self.pk])


class EntryQuerySet(ScopedQuerySet):
    """Entries; a unit sees those on its own authorities once these are issued."""

    league_field = "posting__league_id"
    region_field = "posting__region_id"
    unit_field = "authority__unit_id"

    def visible_to(self, actor: Actor) -> "EntryQuerySet":
        rows = super().visible_to(actor)
        return rows.filter(authority__state=AuthorityState.EXECUTABLE) if actor.reach == Reach.UNITS else rows


class Entry(models.Model):
    """One side of a posting: an account, an authority (whose elements it carries), an amount; red ones are below zero."""

    # Neither is ever deleted; a trigger looks once a statement whether they are there.
    posting = models.ForeignKey(
        Posting, verbose_name=_("posting"), on_delete=models.PROTECT, related_name="entries", db_constraint=False
    )
    number = models.PositiveIntegerField(_("number"))
    account = plain_key(Account, _("account"))
    authority = models.ForeignKey(
        Authority,
        verbose_name=_("authority"),
        on_delete=models.PROTECT,
        related_name="entries",
        db_index=False,
        db_constraint=False,
    )
    side = models.SmallIntegerField(_("side"), choices=Side)
    amount = money(_("amount"))

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("ledger entries")
        indexes = [models.Index(fields=["authority", "id"], name="entry_authority")]
        constraints = [
            models.CheckConstraint(condition=~Q(amount=0), name="entry_moves_money"),
            models.CheckConstraint(condition=Q(side__in=[1, -1]), name="entry_has_a_side"),
        ]

    def __str__(self) -> str:
        return f"{self.get_side_display()} {self.account_id} {self.amount}"


class Reservation(models.Model):
    """What one application holds of an authority (在途): paid out, given back, refunded piece by piece."""

    key = models.CharField(_("key"), max_length=120, unique=True)
    authority = plain_key(Authority, _("authority"))
    posting = models.OneToOneField(
        Posting, verbose_name=_("posting"), on_delete=models.PROTECT, related_name="reservation"
    )
    amount = money(_("amount"))
    spent = money(_("paid"), default=0)
    released = money(_("given back"), default=0)
    refunded = money(_("refunded"), default=0)

    class Meta:
        verbose_name = _("reservation")
        verbose_name_plural = _("reservations")
        indexes = [models.Index(fields=["authority", "id"], name="reservation_authority")]
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gt=0, spent__gte=0, released__gte=0, refunded__gte=0),
                name="reservation_not_below_zero",
            ),
            models.CheckConstraint(
                condition=Q(amount__gte=F("spent") + F("released")), name="reservation_not_above_amount"
            ),
            models.CheckConstraint(condition=Q(spent__gte=F("refunded")), name="refund_not_above_paid"),
        ]

    def __str__(self) -> str:
        return f"{self.key}: {self.open_amount}"

    @property
    def open_amount(self) -> object:
        """What is neither paid nor given back."""
        return self.amount - self.spent - self.released


class AccountTotal(models.Model):
    """What was debited and credited on an account of a region's year; written by a trigger with the entries.

    Its rows must be summed: each statement that writes entries appends some, and `fold_totals` joins them. Nothing waits
    for a row here, though every payment of a region moves the same sums.
    """

    year = plain_key(FiscalYear, "year", db_constraint=False)  # held by the postings that they are sums of
    region = plain_key(Region, "region", db_constraint=False)
    account = plain_key(Account, "account", db_constraint=False)
    debit = money("debit")
    credit = money("credit")

    class Meta:
        indexes = [models.Index(fields=["region", "year"], name="accounttotal_books")]

    def __str__(self) -> str:
        return f"{self.region_id} {self.year_id} {self.account_id}"
