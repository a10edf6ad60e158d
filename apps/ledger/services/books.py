"""Opening and closing the books of a region's year."""

from django.db import connection
from django.db.models import Q
from django.utils.translation import gettext as _

from apps.codes.models import FiscalYear
from apps.evidence import services as evidence
from apps.ledger import policies
from apps.ledger.models import AuthorityState, Balance, Books
from apps.ledger.services.errors import worded
from apps.ledger.transitions import BOOKS
from apps.regions.models import Region
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.errors import RuleViolation, require
from imbudget.kit.transitions import advance

# What stands on 结转结余 after the year-end goes to the surplus of the year: after closing 9601 has no balance.
REST = """
SELECT e.authority_id, sum(e.side * e.amount) AS amount
FROM ledger_entry e
JOIN ledger_account c ON c.id = e.account_id AND c.role = 'carry_over'
JOIN ledger_authority a ON a.id = e.authority_id
WHERE a.region_id = %(region)s AND a.year_id = %(year)s
GROUP BY e.authority_id HAVING sum(e.side * e.amount) > 0
"""
CLOSING = f"""
WITH rest AS ({REST}), posting AS (
    INSERT INTO ledger_posting (event, key, digest, year_id, region_id, league_id, total, summary, "user", user_name,
                                post_label)
    SELECT 'closed', concat_ws(':', 'closing', %(region)s::text, %(year)s::text), '', %(year)s, %(region)s, %(league)s,
           sum(amount), %(summary)s, %(user)s, %(name)s, %(post)s
    FROM rest HAVING count(*) > 0 RETURNING id
)
INSERT INTO ledger_entry (posting_id, number, account_id, authority_id, side, amount)
SELECT p.id, row_number() OVER (ORDER BY r.authority_id, s.side DESC),
       CASE s.side WHEN 1 THEN k.debit_id ELSE k.credit_id END, r.authority_id, s.side, r.amount
FROM posting p CROSS JOIN rest r CROSS JOIN (VALUES (1), (-1)) AS s (side)
JOIN ledger_postingrule k ON k.event = 'closed'
"""  # noqa: S608 - two constants


@act
def open_books(actor: Actor, region: Region, year: int) -> Books:
    """The books of a region's year, opened when there are none. This year's and next year's stand open side by side."""
    require(policies.may_open_books(actor, region))
    if not FiscalYear.objects.filter(pk=year).exists():
        raise RuleViolation(_("The year %(year)s does not exist in the system.") % {"year": year})
    books, created = Books.objects.get_or_create(region=region, year_id=year)
    if created:
        evidence.append("ledger.books_opened", books, actor, year=year)
    return books


@act
def close_books(actor: Actor, books: Books) -> None:
    """Close the books for ever: nothing is applied for, and nothing is left that was not carried over or written off."""
    with connection.cursor() as cursor:  # postings take this lock shared: none is on its way any more
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [books.year_id, books.region_id])
    books.refresh_from_db()
    require(policies.may_close_books(actor, books))
    left = Balance.objects.filter(authority__region=books.region_id, authority__year=books.year_id)
    held = left.filter(reserved__gt=0).count()
    if held:
        raise RuleViolation(
            _("Of %(count)s authorities money is applied for: pay it or give it back first.") % {"count": held}
        )
    rest = left.exclude(authority__state=AuthorityState.SENT).filter(Q(available__gt=0)).count()
    if rest:
        raise RuleViolation(
            _("%(count)s authorities have something left: carry it over or write it off first.") % {"count": rest}
        )
    with worded(), connection.cursor() as cursor:
        cursor.execute(
            CLOSING,
            {
                "region": books.region_id,
                "year": books.year_id,
                "league": books.league_id,
                "summary": str(books)[:500],
                "user": actor.user_id,
                "name": actor.name[:150],
                "post": actor.post_label[:250],
            },
        )
        cursor.execute("SELECT clock_timestamp()")  # by the clock that postings carry
        (now,) = cursor.fetchone()
    advance(BOOKS, books, "close", closed_at=now)
    evidence.append("ledger.books_closed", books, actor, year=books.year_id)
