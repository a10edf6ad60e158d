"""What is long enough to be left to a job: a page answers within seconds, whatever the year was."""

from apps.ledger.models import Books, DocumentLine
from apps.ledger.selectors.books import leftovers

LONG = 20_000  # lines


def is_long(document_id: int) -> bool:
    """Whether a document has more lines than a page waits for."""
    return DocumentLine.objects.filter(document=document_id, number__gt=LONG).exists()


def has_long_rest(books: Books) -> bool:
    """Whether what is left of the books makes a long document."""
    return leftovers(books)[LONG : LONG + 1].exists()
