"""Accounts to pay from and connections with treasuries, as the system administrator enters them."""

from django.utils.translation import gettext as _

from apps.disbursement.models import PayAccount, TreasuryLink
from apps.evidence import services as evidence
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.changes import differences
from imbudget.kit.errors import ALLOWED, RuleViolation, Verdict, refused, require


def may_keep_places(actor: Actor) -> Verdict:
    """Enter accounts and connections: the system administrator alone."""
    if actor.can("system.administer"):
        return ALLOWED
    return refused(_("Only the system administrator enters accounts to pay from and connections with treasuries."))


@act
def save_place(actor: Actor, row: PayAccount | TreasuryLink) -> None:
    """Keep what the administration's form has filled; that an account number was changed stands in evidence, not the number."""
    require(may_keep_places(actor))
    changes = differences(row, private=("number",))
    row.full_clean(exclude=["league"])
    if isinstance(row, PayAccount) and PayAccount.objects.filter(number_index=row.number).exclude(pk=row.pk).exists():
        raise RuleViolation(_("There is an account with this number already."))
    row.save()
    evidence.append("disbursement.place_saved", row, actor, changes=changes)
