"""Who may do what in the ledger; each answer carries its reason."""

from django.utils.translation import gettext as _

from apps.ledger.models import Authority, AuthorityDocument, Books, DocumentKind, DocumentState
from apps.ledger.transitions import BOOKS, DOCUMENT
from apps.regions.models import Region
from imbudget.kit.actor import Actor
from imbudget.kit.errors import ALLOWED, Verdict, refused
from imbudget.kit.transitions import is_open

# What a unit may ask for by itself; everything else is drawn up by the finance office.
KINDS_OF_UNITS = frozenset({DocumentKind.REALLOCATION})


def may_see_ledger(actor: Actor) -> Verdict:
    """Look at authorities and their postings within one's scope."""
    return ALLOWED if actor.can("ledger.see") else refused(_("Your post does not include the authority ledger."))


def may_draw_up(actor: Actor, region: Region, kind: str, unit_id: int | None = None) -> Verdict:
    """Draw up a document: the region's finance office, or a unit that asks to re-allocate its own authority."""
    if _keeps(actor, region.pk):
        return ALLOWED
    if unit_id is None or not actor.holds_unit(unit_id) or not actor.can("ledger.request"):
        return refused(_("Only the budget officer of the region moves its authority."))
    if kind not in KINDS_OF_UNITS:
        return refused(_("A unit asks for re-allocation of its own authority only."))
    return ALLOWED


def may_edit(actor: Actor, document: AuthorityDocument) -> Verdict:
    """Change a document that nobody has decided yet."""
    if not _draws_up(actor, document):
        return refused(_("Only who draws a document up changes it."))
    if not document.is_editable:
        return refused(_("The document has been handed in. Take it back first."))
    return ALLOWED


def may_submit(actor: Actor, document: AuthorityDocument) -> Verdict:
    """Hand a document in for approval."""
    if not _draws_up(actor, document):
        return refused(_("Only who draws a document up hands it in."))
    if not is_open(DOCUMENT, document, "submit"):
        return refused(_("The document has been handed in already."))
    return ALLOWED


def may_number(actor: Actor, document: AuthorityDocument) -> Verdict:
    """Give number and date to what a unit has asked for."""
    if document.unit_id is None or not _keeps(actor, document.region_id):
        return refused(_("Only the finance office numbers what a unit asks for."))
    if document.state != DocumentState.SUBMITTED:
        return refused(_("A document gets its number while it is under approval."))
    return ALLOWED


def may_withdraw(actor: Actor, document: AuthorityDocument) -> Verdict:
    """Take a document back before it is decided."""
    if not _draws_up(actor, document):
        return refused(_("Only who draws a document up takes it back."))
    if not is_open(DOCUMENT, document, "withdraw"):
        return refused(_("Only a document under approval can be taken back."))
    return ALLOWED


def may_abandon(actor: Actor, document: AuthorityDocument) -> Verdict:
    """Give up a document that was never approved."""
    if not _draws_up(actor, document):
        return refused(_("Only who draws a document up gives it up."))
    if not is_open(DOCUMENT, document, "abandon"):
        return refused(_("Only a draft or a returned document can be given up."))
    return ALLOWED


def may_use(actor: Actor, authority: Authority) -> Verdict:
    """Reserve, release, spend and refund: the unit whose authority it is, or the treasury's own jobs."""
    if actor.role == "system" or (actor.can("ledger.request") and actor.holds_unit(authority.unit_id)):
        return ALLOWED
    return refused(_("Only the unit itself uses its authority."))


def may_open_books(actor: Actor, region: Region) -> Verdict:
    """Open the books of a year."""
    if actor.role == "system" or (actor.can("ledger.close") and actor.is_home(region.pk)):
        return ALLOWED
    return refused(_("Only the budget officer of the region opens and closes its books."))


def may_close_books(actor: Actor, books: Books) -> Verdict:
    """Close the books of a year for ever."""
    verdict = may_open_books(actor, books.region)
    if not verdict:
        return verdict
    if not is_open(BOOKS, books, "close"):
        return refused(_("These books are closed already."))
    return ALLOWED


def may_keep_chart(actor: Actor) -> Verdict:
    """Change the chart of accounts and the posting rules: the system administrator enters them."""
    if actor.role == "system" or actor.can("system.administer"):
        return ALLOWED
    return refused(_("Only the system administrator changes the chart of accounts."))


def _keeps(actor: Actor, region_id: int) -> bool:
    return actor.role == "system" or (actor.can("ledger.keep") and actor.is_home(region_id))


def _draws_up(actor: Actor, document: AuthorityDocument) -> bool:
    if document.unit_id is not None and actor.can("ledger.request") and actor.holds_unit(document.unit_id):
        return True
    return document.unit_id is None and _keeps(actor, document.region_id)
