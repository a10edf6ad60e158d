"""What is left at the year's end, drawn up as one draft: carried over into next year, or written off."""

from django.utils.translation import gettext as _

from apps.ledger import policies
from apps.ledger.models import AuthorityDocument, Books, DocumentKind
from apps.ledger.selectors.books import leftovers
from apps.ledger.services.documents import draw_up, save_document
from apps.ledger.services.lines import LineInput
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.errors import RuleViolation, require


@act
def draw_up_rest(actor: Actor, books: Books, kind: str) -> AuthorityDocument:
    """A draft of this kind (carry-over or write-off) with a line for each authority that has something left.

    Raises RuleViolation when nothing is left, or a code has no namesake in the classification of next year.
    """
    require(policies.may_draw_up(actor, books.region, kind))
    require(policies.may_close_books(actor, books))
    rows = leftovers(books).select_related("balance")
    lines = [LineInput(row.balance.available, origin=row) for row in rows]
    if not lines:
        raise RuleViolation(_("Nothing is left in these books."))
    label = DocumentKind(kind).label
    title = _("%(region)s %(year)s: %(kind)s") % {"region": books.region, "year": books.year_id, "kind": label}
    document = draw_up(actor, books.region, books.year_id, kind, {"title": title[:200]})
    save_document(actor, document, document.revision, {}, lines)
    return document
