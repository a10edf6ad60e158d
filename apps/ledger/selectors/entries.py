"""Entries: what stands behind each figure of an authority, and the trial balance of a region's year."""

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Case, F, Q, QuerySet, Sum, When
from django.utils.translation import gettext_lazy as _

from apps.ledger.models import Account, AccountRole, AccountTotal, Entry, Event, Side
from apps.regions.models import Region
from imbudget.kit.actor import Actor

# The accounts on which an authority stands until it is applied for, paid or carried over.
HOME = (AccountRole.UNALLOCATED, AccountRole.PENDING, AccountRole.EXECUTABLE, AccountRole.SENT)
FIGURES = {
    "amount": _("amount"),
    "increased": _("increased"),
    "decreased": _("decreased"),
    "spent": _("paid"),
    "reserved": _("applied for"),
    "available": _("available"),
}
ON_HOME = Q(account__role__in=HOME)
OF_ITS_DOCUMENT = Q(posting__document=F("authority__document"))
# An issue takes an authority from pending to executable: neither more nor less of it.
OF_ANOTHER = Q(posting__document__isnull=False) & ~OF_ITS_DOCUMENT & ~Q(posting__event=Event.ISSUED)
BEHIND = {
    "amount": ON_HOME & OF_ITS_DOCUMENT,
    "increased": ON_HOME & OF_ANOTHER & Q(side=Side.DEBIT),
    "decreased": ON_HOME & OF_ANOTHER & Q(side=Side.CREDIT),
    "spent": Q(account__role=AccountRole.SPENT),
    "reserved": Q(account__role=AccountRole.RESERVED),
    "available": ON_HOME,
}


def entries_for(actor: Actor) -> QuerySet[Entry]:
    """The entries in sight, their amounts in a column for each side."""
    sides = {
        name: Case(When(side=side, then=F("amount")))
        for name, side in (("debited", Side.DEBIT), ("credited", Side.CREDIT))
    }
    return Entry.objects.visible_to(actor).annotate(**sides)


def behind(rows: QuerySet[Entry], figure: str) -> QuerySet[Entry]:
    """The entries that make up one figure of their authority; debit less credit is the figure, of `decreased` its opposite."""
    return rows.filter(BEHIND[figure])


@dataclass(frozen=True, slots=True)
class Line:
    """One account of a trial balance."""

    account: Account
    debit: Decimal
    credit: Decimal

    @property
    def balance(self) -> Decimal:
        """What stands on the account, on the side on which it stands."""
        return (self.debit - self.credit) * self.account.side


@dataclass(frozen=True, slots=True)
class TrialBalance:
    """All accounts with what was debited and credited."""

    lines: list[Line]

    @property
    def debit(self) -> Decimal:
        return sum((line.debit for line in self.lines), Decimal(0))

    @property
    def credit(self) -> Decimal:
        return sum((line.credit for line in self.lines), Decimal(0))


def trial_balance(region: Region, year: int) -> TrialBalance:
    """The accounts of one region's year, from their totals."""
    totals = AccountTotal.objects.filter(region=region, year=year).order_by().values_list("account")
    found = {account: sums for account, *sums in totals.annotate(Sum("debit"), Sum("credit"))}
    accounts = Account.objects.order_by("code")
    return TrialBalance([Line(account, *found[account.pk]) for account in accounts if account.pk in found])
