"""What keeps posted rows as they are (I4): triggers and constraints that must be there."""

from apps.evidence.chained import ENDS
from apps.ledger.models import Balance, Reservation

# Their rows are chained in the evidence (migration 0040); `verify_rows` compares them.
CHAINED = ("ledger_authority", "ledger_authoritydocument", "ledger_documentline", "ledger_posting", "ledger_entry")
TRIGGERS = frozenset((table, f"{table}_chained_{end}") for table in CHAINED for end in ENDS) | frozenset(
    {
        ("ledger_authority", "ledger_authority_authority_same"),
        ("ledger_authority", "ledger_authority_authority_stays"),
        ("ledger_authority", "ledger_authority_elements"),
        ("ledger_authority", "ledger_authority_kept"),
        ("ledger_authority", "ledger_authority_keys_changed"),
        ("ledger_authority", "ledger_authority_keys_come"),
        ("ledger_authority", "ledger_documentline_authority_same"),
        ("ledger_authority", "ledger_documentline_authority_stays"),
        ("ledger_authoritydocument", "ledger_authority_authoritydocument_same"),
        ("ledger_authoritydocument", "ledger_authority_authoritydocument_stays"),
        ("ledger_authoritydocument", "ledger_authoritydocument_kept"),
        ("ledger_authoritydocument", "ledger_authoritydocument_scope"),
        ("ledger_authoritydocument", "ledger_document_kept"),
        ("ledger_authoritydocument", "ledger_documentline_authoritydocument_same"),
        ("ledger_authoritydocument", "ledger_documentline_authoritydocument_stays"),
        ("ledger_balance", "ledger_balance_kept"),
        ("ledger_books", "ledger_books_kept"),
        ("ledger_books", "ledger_books_scope"),
        ("ledger_books", "ledger_closed_books_kept"),
        ("ledger_documentline", "ledger_documentline_kept"),
        ("ledger_documentline", "ledger_documentline_keys_changed"),
        ("ledger_documentline", "ledger_documentline_keys_come"),
        ("ledger_documentline", "ledger_lines_kept_changed"),
        ("ledger_documentline", "ledger_lines_kept_come"),
        ("ledger_documentline", "ledger_lines_kept_gone"),
        ("ledger_entry", "ledger_entry_balanced"),
        ("ledger_entry", "ledger_entry_kept"),
        ("ledger_entry", "ledger_entry_keys"),
        ("ledger_entry", "ledger_entry_totals"),
        ("ledger_posting", "ledger_posting_books"),
        ("ledger_posting", "ledger_posting_kept"),
        ("ledger_reservation", "ledger_reservation_kept"),
    }
)
CONSTRAINTS = frozenset(constraint.name for model in (Balance, Reservation) for constraint in model._meta.constraints)

GUARDED = """
SELECT 0, w.words
FROM (
    SELECT concat_ws(' ', 'trigger', t.name, 'on', t.of_table) AS words
    FROM unnest(%(tables)s::text[], %(triggers)s::text[]) AS t (of_table, name)
    WHERE NOT EXISTS (SELECT FROM pg_trigger g
                      WHERE g.tgrelid = to_regclass(t.of_table) AND g.tgname = t.name AND g.tgenabled IN ('O', 'A'))
    UNION ALL
    SELECT concat_ws(' ', 'constraint', c.name) FROM unnest(%(constraints)s::text[]) AS c (name)
    WHERE NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conname = c.name AND k.convalidated)
    UNION ALL
    SELECT 'triggers are switched off by session_replication_role'
    WHERE current_setting('session_replication_role') = 'replica'
) w
"""
