"""One round with every treasury, as the clock begins it and its workers end it."""

from collections import Counter

from apps.disbursement.services.exchange import exchange_with, open_links
from apps.disbursement.services.queries import ask_overdue


def one_round() -> dict[str, int]:
    """What was asked, sent and received, and how many lines were down."""
    told = Counter(asked=ask_overdue(), sent=0, received=0, down=0)
    for link in open_links():
        told.update(exchange_with(link))
    return dict(told)
