"""Copied scope of messages, statements and days; what came in is kept for ever; a closed day keeps its payments.

DB001: kept. DB003: the day is closed.
"""

from django.db import migrations

from imbudget.kit.history import HistoryTriggers

MESSAGES = "".join(
    f"""
CREATE FUNCTION {table}_scope() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT l.region_id, r.league_id INTO NEW.region_id, NEW.league_id
    FROM disbursement_treasurylink l JOIN regions_region r ON r.id = l.region_id WHERE l.id = NEW.link_id;
    RETURN NEW;
END $$;
CREATE TRIGGER {table}_scope BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_scope();
UPDATE {table} m SET region_id = l.region_id, league_id = r.league_id{more}
FROM disbursement_treasurylink l JOIN regions_region r ON r.id = l.region_id WHERE l.id = m.link_id;
"""
    for table, more in (("disbursement_outmessage", ""), ("disbursement_inmessage", ", size = length(m.raw)"))
)
# Answered before anybody noted when.
ANSWERED = """
UPDATE disbursement_outmessage m SET answered_at = v.answered_at
FROM disbursement_voucher v WHERE v.id = m.voucher_id AND v.answered_at IS NOT NULL
"""
REGIONS = "".join(
    f"""
CREATE FUNCTION {table}_scope() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT r.league_id INTO NEW.league_id FROM regions_region r WHERE r.id = NEW.region_id;
    RETURN NEW;
END $$;
CREATE TRIGGER {table}_scope BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_scope();
"""
    for table in ("disbursement_bankstatement", "disbursement_daybook")
)
SCOPED = ("outmessage", "inmessage", "bankstatement", "daybook")
SCOPE_BACK = "".join(
    f"DROP TRIGGER disbursement_{name}_scope ON disbursement_{name}; DROP FUNCTION disbursement_{name}_scope();"
    for name in SCOPED
)

KEPT = {
    "disbursement_messagepart": "UPDATE OR DELETE OR TRUNCATE",
    "disbursement_bankstatement": "UPDATE OF message_id, account_id, side, day, number, opening, closing, received_at"
    " OR DELETE OR TRUNCATE",
    "disbursement_statemententry": "UPDATE OR DELETE OR TRUNCATE",
    "disbursement_daybook": "UPDATE OF account_id, day OR DELETE OR TRUNCATE",
    "disbursement_difference": "DELETE OR TRUNCATE",
}
KEEP = "".join(
    f"""
CREATE FUNCTION {table}_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what stands in {table} is kept for ever' USING ERRCODE = 'DB001';
END $$;
CREATE TRIGGER {table}_kept BEFORE {acts} ON {table} FOR EACH STATEMENT EXECUTE FUNCTION {table}_kept();
"""
    for table, acts in KEPT.items()
)
KEEP_BACK = "".join(f"DROP TRIGGER {table}_kept ON {table}; DROP FUNCTION {table}_kept();" for table in KEPT)

# No payment comes into a closed day, leaves it, or changes its outcome there: whoever must, reopens the day first.
CLOSED = """
CREATE INDEX payment_row_paid ON disbursement_paymentrow (paid_on, request_id) WHERE outcome = 'paid';
CREATE FUNCTION disbursement_rows_of_closed_days() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM come c JOIN gone g ON g.id = c.id
        CROSS JOIN LATERAL (VALUES (c.paid_on), (g.paid_on)) AS d (day)
        JOIN disbursement_paymentrequest q ON q.id = c.request_id
        JOIN disbursement_daybook b ON b.account_id = q.account_id AND b.day = d.day AND b.state = 'closed'
        WHERE (c.paid_on, c.outcome) IS DISTINCT FROM (g.paid_on, g.outcome)
    ) THEN
        RAISE EXCEPTION 'the day of this payment is closed' USING ERRCODE = 'DB003';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER disbursement_rows_of_closed_days AFTER UPDATE ON disbursement_paymentrow
    REFERENCING OLD TABLE AS gone NEW TABLE AS come
    FOR EACH STATEMENT EXECUTE FUNCTION disbursement_rows_of_closed_days();
"""
CLOSED_BACK = """
DROP TRIGGER disbursement_rows_of_closed_days ON disbursement_paymentrow;
DROP FUNCTION disbursement_rows_of_closed_days();
DROP INDEX payment_row_paid;
"""


class Migration(migrations.Migration):
    dependencies = [("disbursement", "0010_treasury_desk")]

    operations = [
        migrations.RunSQL(MESSAGES + REGIONS, SCOPE_BACK),
        migrations.RunSQL(ANSWERED, migrations.RunSQL.noop),
        migrations.RunSQL(KEEP, KEEP_BACK),
        migrations.RunSQL(CLOSED, CLOSED_BACK),
        HistoryTriggers(
            "disbursement_daybook",
            "disbursement_historicaldaybook",
            [
                "id",
                "region_id",
                "league_id",
                "account_id",
                "day",
                "state",
                "closed_by_id",
                "closed_at",
                "reopen_reason",
            ],
        ),
        HistoryTriggers(
            "disbursement_difference",
            "disbursement_historicaldifference",
            [
                *(
                    "id",
                    "book_id",
                    "kind",
                    "key",
                    "row_id",
                    "payee",
                    "their_payee",
                    "ledger",
                    "bank",
                    "treasury",
                    "state",
                ),
                *("reason", "explained_by_id", "explained_at", "accepted_by_id", "accepted_at", "found_at"),
            ],
        ),
    ]
