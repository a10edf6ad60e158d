"""Who may have documents made for others; each answer carries its reason."""

from django.utils.translation import gettext as _

from apps.ledger.models import AuthorityDocument, DocumentKind, DocumentState
from imbudget.kit.actor import Actor
from imbudget.kit.errors import ALLOWED, Verdict, refused


def may_make_letters(actor: Actor, document: AuthorityDocument) -> Verdict:
    """Have the letters of an approval made for all its units, and take them away in one file."""
    if actor.role != "system" and not (actor.can("budget.compile") and actor.is_home(document.region_id)):
        return refused(_("Only the budget officer of the region has the letters of its approval made."))
    if document.kind != DocumentKind.APPROVAL or document.state != DocumentState.POSTED:
        return refused(_("Letters follow from an approval that is posted."))
    return ALLOWED
