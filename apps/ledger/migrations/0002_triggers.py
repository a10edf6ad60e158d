"""Triggers of the ledger: copied scope, what is never changed, postings that balance in open books; the act of using.

Errors of their own, so that services can word them: LB001 books not open, LB002 posting does not balance, LB003 kept.
"""

from django.db import migrations

LEAGUES = ("ledger_books", "ledger_authoritydocument")
SCOPE = "".join(
    f"""
CREATE FUNCTION {table}_scope() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT r.league_id INTO NEW.league_id FROM regions_region r WHERE r.id = NEW.region_id;
    RETURN NEW;
END $$;
CREATE TRIGGER {table}_scope BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_scope();
"""
    for table in LEAGUES
)
SCOPE_BACK = "".join(f"DROP TRIGGER {table}_scope ON {table}; DROP FUNCTION {table}_scope();" for table in LEAGUES)

# No statement may change or delete these; nothing but its sums moves in a balance or a reservation.
NEVER = {
    "ledger_posting": "UPDATE OR DELETE OR TRUNCATE",
    "ledger_entry": "UPDATE OR DELETE OR TRUNCATE",
    "ledger_balance": "UPDATE OF authority_id, amount OR DELETE OR TRUNCATE",
    "ledger_reservation": "UPDATE OF key, authority_id, posting_id, amount OR DELETE OR TRUNCATE",
    "ledger_authority": "DELETE OR TRUNCATE",
    "ledger_authoritydocument": "TRUNCATE",
    "ledger_documentline": "TRUNCATE",
    "ledger_books": "TRUNCATE",
}
KEPT = "".join(
    f"""
CREATE FUNCTION {table}_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what stands in {table} is kept for ever: post a reversal' USING ERRCODE = 'LB003';
END $$;
CREATE TRIGGER {table}_kept BEFORE {acts} ON {table} FOR EACH STATEMENT EXECUTE FUNCTION {table}_kept();
"""
    for table, acts in NEVER.items()
)
KEPT_BACK = "".join(f"DROP TRIGGER {table}_kept ON {table}; DROP FUNCTION {table}_kept();" for table in NEVER)

ELEMENTS = """
CREATE FUNCTION ledger_authority_elements() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF to_jsonb(NEW) - '{state}'::text[] IS DISTINCT FROM to_jsonb(OLD) - '{state}'::text[] THEN
        RAISE EXCEPTION 'the elements of an authority never change' USING ERRCODE = 'LB003';
    END IF;
    IF NEW.state <> OLD.state AND NOT (OLD.state = 'pending' AND NEW.state = 'executable') THEN
        RAISE EXCEPTION 'an authority moves on from pending to executable only' USING ERRCODE = 'LB003';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ledger_authority_elements BEFORE UPDATE ON ledger_authority
    FOR EACH ROW EXECUTE FUNCTION ledger_authority_elements();

CREATE FUNCTION ledger_document_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a document that has been decided is kept for ever' USING ERRCODE = 'LB003';
END $$;
CREATE TRIGGER ledger_document_kept BEFORE UPDATE OR DELETE ON ledger_authoritydocument
    FOR EACH ROW WHEN (OLD.state IN ('posted', 'refused', 'withdrawn')) EXECUTE FUNCTION ledger_document_kept();

CREATE FUNCTION ledger_closed_books_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'closed books stay closed' USING ERRCODE = 'LB003';
END $$;
CREATE TRIGGER ledger_closed_books_kept BEFORE UPDATE OR DELETE ON ledger_books
    FOR EACH ROW WHEN (OLD.state = 'closed') EXECUTE FUNCTION ledger_closed_books_kept();

CREATE FUNCTION ledger_lines_kept() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE touched bigint[];
BEGIN
    CASE TG_OP  -- a line moved to another document leaves one and comes to one
        WHEN 'INSERT' THEN SELECT array_agg(DISTINCT document_id) INTO touched FROM come;
        WHEN 'DELETE' THEN SELECT array_agg(DISTINCT document_id) INTO touched FROM gone;
        ELSE SELECT array_agg(document_id) INTO touched
             FROM (SELECT document_id FROM come UNION SELECT document_id FROM gone) both_ends;
    END CASE;
    IF EXISTS (SELECT FROM ledger_authoritydocument d
               WHERE d.id = ANY(touched) AND d.state IN ('posted', 'refused', 'withdrawn')) THEN
        RAISE EXCEPTION 'the lines of a document that has been decided are kept for ever' USING ERRCODE = 'LB003';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_lines_kept_come AFTER INSERT ON ledger_documentline
    REFERENCING NEW TABLE AS come FOR EACH STATEMENT EXECUTE FUNCTION ledger_lines_kept();
CREATE TRIGGER ledger_lines_kept_changed AFTER UPDATE ON ledger_documentline
    REFERENCING OLD TABLE AS gone NEW TABLE AS come FOR EACH STATEMENT EXECUTE FUNCTION ledger_lines_kept();
CREATE TRIGGER ledger_lines_kept_gone AFTER DELETE ON ledger_documentline
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION ledger_lines_kept();
"""
ELEMENTS_BACK = """
DROP TRIGGER ledger_lines_kept_gone ON ledger_documentline;
DROP TRIGGER ledger_lines_kept_changed ON ledger_documentline;
DROP TRIGGER ledger_lines_kept_come ON ledger_documentline;
DROP FUNCTION ledger_lines_kept();
DROP TRIGGER ledger_closed_books_kept ON ledger_books;
DROP FUNCTION ledger_closed_books_kept();
DROP TRIGGER ledger_document_kept ON ledger_authoritydocument;
DROP FUNCTION ledger_document_kept();
DROP TRIGGER ledger_authority_elements ON ledger_authority;
DROP FUNCTION ledger_authority_elements();
"""

# Closing books takes the same lock alone: a posting comes before the closing or finds the books closed.
BALANCED = """
CREATE FUNCTION ledger_posting_books() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE place record;
BEGIN
    FOR place IN SELECT DISTINCT c.year_id, c.region_id FROM come c ORDER BY 1, 2 LOOP
        PERFORM pg_advisory_xact_lock_shared(place.year_id::int, place.region_id::int);
        IF NOT EXISTS (SELECT FROM ledger_books b
                       WHERE b.region_id = place.region_id AND b.year_id = place.year_id AND b.state = 'open') THEN
            RAISE EXCEPTION 'the books of region % in % are not open', place.region_id, place.year_id
                USING ERRCODE = 'LB001';
        END IF;
    END LOOP;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_posting_books AFTER INSERT ON ledger_posting
    REFERENCING NEW TABLE AS come FOR EACH STATEMENT EXECUTE FUNCTION ledger_posting_books();

CREATE FUNCTION ledger_entry_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM (SELECT DISTINCT c.posting_id FROM come c) c
        JOIN ledger_posting p ON p.id = c.posting_id
        CROSS JOIN LATERAL (  -- all it has, not only what comes: nothing is added to a posting afterwards
            SELECT sum(e.side * e.amount) AS rest, sum(e.amount) FILTER (WHERE e.side = 1) AS debit
            FROM ledger_entry e WHERE e.posting_id = c.posting_id
        ) s
        WHERE s.rest <> 0 OR s.debit IS DISTINCT FROM p.total
    ) THEN
        RAISE EXCEPTION 'debit and credit of a posting differ, or are not its total' USING ERRCODE = 'LB002';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_entry_balanced AFTER INSERT ON ledger_entry
    REFERENCING NEW TABLE AS come FOR EACH STATEMENT EXECUTE FUNCTION ledger_entry_balanced();
"""
BALANCED_BACK = """
DROP TRIGGER ledger_entry_balanced ON ledger_entry;
DROP FUNCTION ledger_entry_balanced();
DROP TRIGGER ledger_posting_books ON ledger_posting;
DROP FUNCTION ledger_posting_books();
"""

# One statement for a payment's acts: it answers what became of it, and writes nothing unless it is 'posted'.
# The books are locked before the balance, as documents do it: who closes the books waits for nobody who waits for them.
USE = """
CREATE FUNCTION ledger_use(
    of_event text, of_key text, of_digest text, of_authority bigint, of_reservation text, of_amount numeric,
    of_user bigint, of_user_name text, of_post text, of_summary text,
    OUT outcome text, OUT posting bigint
) LANGUAGE plpgsql AS $$
DECLARE
    earlier record;
    line record;
    refused text;
    to_reserved numeric := 0;
    to_spent numeric := 0;
BEGIN
    SELECT p.id, p.digest INTO earlier FROM ledger_posting p WHERE p.key = of_key;
    IF FOUND THEN
        outcome := CASE WHEN earlier.digest = of_digest THEN 'repeated' ELSE 'conflict' END;
        posting := earlier.id;
        RETURN;
    END IF;
    SELECT a.year_id, a.region_id, a.league_id, a.unit_id, a.state INTO line FROM ledger_authority a
    WHERE a.id = of_authority;
    IF line.state IS DISTINCT FROM 'executable' THEN
        outcome := 'not_executable';
        RETURN;
    END IF;
    PERFORM pg_advisory_xact_lock_shared(line.year_id::int, line.region_id::int);
    CASE of_event
        WHEN 'reserved' THEN to_reserved := of_amount;
        WHEN 'released' THEN to_reserved := -of_amount;
        WHEN 'paid' THEN to_reserved := -of_amount; to_spent := of_amount;
        WHEN 'refunded' THEN to_spent := -of_amount;
    END CASE;
    IF of_event <> 'reserved' THEN
        UPDATE ledger_reservation r SET
            spent = r.spent + CASE of_event WHEN 'paid' THEN of_amount ELSE 0 END,
            released = r.released + CASE of_event WHEN 'released' THEN of_amount ELSE 0 END,
            refunded = r.refunded + CASE of_event WHEN 'refunded' THEN of_amount ELSE 0 END
        WHERE r.key = of_reservation AND r.authority_id = of_authority
            AND of_amount <= CASE of_event WHEN 'refunded' THEN r.spent - r.refunded ELSE r.amount - r.spent - r.released END;
        IF NOT FOUND THEN
            refused := 'not_reserved';
        END IF;
    END IF;
    IF refused IS NULL THEN
        UPDATE ledger_balance b SET
            reserved = b.reserved + to_reserved,
            spent = b.spent + to_spent,
            available = b.available - to_reserved - to_spent
        WHERE b.authority_id = of_authority AND b.available >= to_reserved + to_spent;
        IF NOT FOUND AND of_event <> 'reserved' THEN
            RAISE EXCEPTION 'authority % has not what its reservation % holds', of_authority, of_reservation;
        END IF;
        IF NOT FOUND THEN
            refused := 'short';
        END IF;
    END IF;
    IF refused IS NOT NULL THEN  -- perhaps because the same call was posted while this one waited for the row
        SELECT p.id, p.digest INTO earlier FROM ledger_posting p WHERE p.key = of_key;
        outcome := CASE WHEN NOT FOUND THEN refused WHEN earlier.digest = of_digest THEN 'repeated' ELSE 'conflict' END;
        posting := earlier.id;
        RETURN;
    END IF;
    INSERT INTO ledger_posting (event, key, digest, year_id, region_id, league_id, unit_id, total, summary,
                                "user", user_name, post_label)
    VALUES (of_event, of_key, of_digest, line.year_id, line.region_id, line.league_id, line.unit_id, of_amount,
            of_summary, of_user, of_user_name, of_post)
    RETURNING id INTO posting;
    INSERT INTO ledger_entry (posting_id, number, account_id, authority_id, side, amount)
    SELECT ledger_use.posting, side.number, CASE side.number WHEN 1 THEN r.debit_id ELSE r.credit_id END,
           of_authority, side.sign, of_amount
    FROM ledger_postingrule r, (VALUES (1, 1), (2, -1)) AS side (number, sign)
    WHERE r.event = of_event;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'there is no posting rule for %', of_event;
    END IF;
    IF of_event = 'reserved' THEN
        INSERT INTO ledger_reservation (key, authority_id, posting_id, amount, spent, released, refunded)
        VALUES (of_key, of_authority, ledger_use.posting, of_amount, 0, 0, 0);
    END IF;
    outcome := 'posted';
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial"), ("regions", "0001_initial")]
    operations = [
        migrations.RunSQL(SCOPE, SCOPE_BACK),
        migrations.RunSQL(KEPT, KEPT_BACK),
        migrations.RunSQL(ELEMENTS, ELEMENTS_BACK),
        migrations.RunSQL(BALANCED, BALANCED_BACK),
        migrations.RunSQL(USE, "DROP FUNCTION ledger_use;"),
        migrations.RunSQL("ALTER TABLE ledger_balance SET (fillfactor = 70)", migrations.RunSQL.noop),
    ]
