"""Copied scope and numbers; what was signed, sent or received is kept for ever; decided requests keep their payees.

DB001: kept.
"""

from django.db import migrations

SCOPE = "".join(
    f"""
CREATE FUNCTION {table}_scope() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT r.league_id INTO NEW.league_id FROM regions_region r WHERE r.id = NEW.region_id;
    {more}
    RETURN NEW;
END $$;
CREATE TRIGGER {table}_scope BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_scope();
"""
    for table, more in (
        ("disbursement_payaccount", ""),
        ("disbursement_paymentrequest", "NEW.number := 'ZF' || NEW.year_id || lpad(NEW.id::text, 8, '0');"),
        ("disbursement_voucher", ""),
    )
)
SCOPE_BACK = "".join(
    f"DROP TRIGGER {table}_scope ON {table}; DROP FUNCTION {table}_scope();"
    for table in ("disbursement_payaccount", "disbursement_paymentrequest", "disbursement_voucher")
)

KEPT = {
    "disbursement_voucher": "UPDATE OF request_id, region_id, league_id, unit_id, division, year, type, number, dated, body,"
    " digest, made_at OR DELETE OR TRUNCATE",
    "disbursement_outmessage": "UPDATE OF link_id, voucher_id, name, raw, digest, made_at OR DELETE OR TRUNCATE",
    "disbursement_inmessage": "UPDATE OF link_id, digest, raw, received_at OR DELETE OR TRUNCATE",
    "disbursement_paymentrequest": "DELETE OR TRUNCATE",
    "disbursement_paymentrow": "TRUNCATE",
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

# Who is paid how much is settled when the request is handed in; the bank's answer is all that comes after.
ROWS = """
CREATE FUNCTION disbursement_rows_kept() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE touched bigint[];
BEGIN
    CASE TG_OP
        WHEN 'INSERT' THEN SELECT array_agg(DISTINCT request_id) INTO touched FROM come;
        WHEN 'DELETE' THEN SELECT array_agg(DISTINCT request_id) INTO touched FROM gone;
        ELSE SELECT array_agg(DISTINCT c.request_id) INTO touched
             FROM come c JOIN gone g ON g.id = c.id
             WHERE (c.request_id, c.number, c.reference, c.payee_name, c.payee_bank, c.payee_bank_code, c.amount)
                   IS DISTINCT FROM
                   (g.request_id, g.number, g.reference, g.payee_name, g.payee_bank, g.payee_bank_code, g.amount)
                OR c.payee_index IS DISTINCT FROM g.payee_index;
    END CASE;
    IF EXISTS (SELECT FROM disbursement_paymentrequest r
               WHERE r.id = ANY(touched) AND r.state NOT IN ('draft', 'returned')) THEN
        RAISE EXCEPTION 'the payees of a request that was handed in are kept' USING ERRCODE = 'DB001';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER disbursement_rows_kept_come AFTER INSERT ON disbursement_paymentrow
    REFERENCING NEW TABLE AS come FOR EACH STATEMENT EXECUTE FUNCTION disbursement_rows_kept();
CREATE TRIGGER disbursement_rows_kept_changed AFTER UPDATE ON disbursement_paymentrow
    REFERENCING OLD TABLE AS gone NEW TABLE AS come FOR EACH STATEMENT EXECUTE FUNCTION disbursement_rows_kept();
CREATE TRIGGER disbursement_rows_kept_gone AFTER DELETE ON disbursement_paymentrow
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION disbursement_rows_kept();
"""
ROWS_BACK = """
DROP TRIGGER disbursement_rows_kept_gone ON disbursement_paymentrow;
DROP TRIGGER disbursement_rows_kept_changed ON disbursement_paymentrow;
DROP TRIGGER disbursement_rows_kept_come ON disbursement_paymentrow;
DROP FUNCTION disbursement_rows_kept();
"""


class Migration(migrations.Migration):
    dependencies = [("disbursement", "0001_initial")]

    operations = [
        migrations.RunSQL(SCOPE, SCOPE_BACK),
        migrations.RunSQL(KEEP, KEEP_BACK),
        migrations.RunSQL(ROWS, ROWS_BACK),
    ]
