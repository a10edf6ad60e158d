"""Copied scope and numbers of payees, contracts and plans; what is decided is kept; what vouchers and payees got besides.

DB001: kept.
"""

from django.db import migrations

SCOPED = (
    ("disbursement_payee", ""),
    ("disbursement_contract", ""),
    ("disbursement_useplan", "NEW.number := 'JH' || NEW.year_id || lpad(NEW.id::text, 8, '0');"),
)
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
    for table, more in SCOPED
)
SCOPE_BACK = "".join(
    f"DROP TRIGGER {table}_scope ON {table}; DROP FUNCTION {table}_scope();" for table, _more in SCOPED
)

VOUCHER = """
DROP TRIGGER disbursement_voucher_kept ON disbursement_voucher;
CREATE TRIGGER disbursement_voucher_kept BEFORE UPDATE OF request_id, region_id, league_id, unit_id, division, year, type,
    number, dated, body, digest, made_at{more} OR DELETE OR TRUNCATE
    ON disbursement_voucher FOR EACH STATEMENT EXECUTE FUNCTION disbursement_voucher_kept();
"""

# As migration 0002, with what a row got since. What a row repeats is given free again when its request is given up.
ROWS = """
CREATE OR REPLACE FUNCTION disbursement_rows_kept() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE touched bigint[];
BEGIN
    CASE TG_OP
        WHEN 'INSERT' THEN SELECT array_agg(DISTINCT request_id) INTO touched FROM come;
        WHEN 'DELETE' THEN SELECT array_agg(DISTINCT request_id) INTO touched FROM gone;
        ELSE SELECT array_agg(DISTINCT c.request_id) INTO touched
             FROM come c JOIN gone g ON g.id = c.id
             WHERE (c.request_id, c.number, c.reference, c.payee_name, c.payee_bank, c.payee_bank_code, c.amount{come})
                   IS DISTINCT FROM
                   (g.request_id, g.number, g.reference, g.payee_name, g.payee_bank, g.payee_bank_code, g.amount{gone})
                OR c.payee_index IS DISTINCT FROM g.payee_index;
    END CASE;
    IF EXISTS (SELECT FROM disbursement_paymentrequest r
               WHERE r.id = ANY(touched) AND r.state NOT IN ('draft', 'returned')) THEN
        RAISE EXCEPTION 'the payees of a request that was handed in are kept' USING ERRCODE = 'DB001';
    END IF;
    RETURN NULL;
END $$;
"""
MORE = ("consumed_on", "slip", "source_id")

# Lines of a plan and stages of a contract are settled when they are handed in.
PARTS = "".join(
    f"""
CREATE FUNCTION {table}_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM {head} h WHERE h.id IN (NEW.{key}, OLD.{key}) AND h.state NOT IN ('draft', 'returned')) THEN
        RAISE EXCEPTION 'what stands in {table} was handed in' USING ERRCODE = 'DB001';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER {table}_kept AFTER INSERT OR UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION {table}_kept();
"""
    for table, head, key in (
        ("disbursement_planline", "disbursement_useplan", "plan_id"),
        ("disbursement_contractstage", "disbursement_contract", "contract_id"),
    )
)
PARTS_BACK = "".join(
    f"DROP TRIGGER {table}_kept ON {table}; DROP FUNCTION {table}_kept();"
    for table in ("disbursement_planline", "disbursement_contractstage")
)


class Migration(migrations.Migration):
    dependencies = [("disbursement", "0004_paying")]

    operations = [
        migrations.RunSQL(SCOPE, SCOPE_BACK),
        migrations.RunSQL(VOUCHER.format(more=", total, capital"), VOUCHER.format(more="")),
        migrations.RunSQL(
            ROWS.format(come="".join(f", c.{name}" for name in MORE), gone="".join(f", g.{name}" for name in MORE)),
            ROWS.format(come="", gone=""),
        ),
        migrations.RunSQL(PARTS, PARTS_BACK),
    ]
