"""What an update of payees changed is found by EXCEPT, never by a join of its rows as they were and as they are.

PostgreSQL plans such a join once a session, for as many rows as the first update has; made for none or one it compares
each of ten thousand rows with each. The rules are those of migrations 0005 and 0011.

DB001: kept. DB003: closed day.
"""

from django.db import migrations

FROZEN = (
    "id, request_id, number, reference, payee_name, payee_bank, payee_bank_code, amount, consumed_on, slip, source_id,"
    " payee_index"
)
ROWS = f"""
CREATE OR REPLACE FUNCTION disbursement_rows_kept() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE touched bigint[];
BEGIN
    CASE TG_OP
        WHEN 'INSERT' THEN touched := ARRAY(SELECT DISTINCT request_id FROM come);
        WHEN 'DELETE' THEN touched := ARRAY(SELECT DISTINCT request_id FROM gone);
        ELSE touched := ARRAY(
            SELECT DISTINCT request_id FROM (SELECT {FROZEN} FROM come EXCEPT SELECT {FROZEN} FROM gone) changed
        );
    END CASE;
    IF EXISTS (SELECT FROM disbursement_paymentrequest r
               WHERE r.id = ANY(touched) AND r.state NOT IN ('draft', 'returned')) THEN
        RAISE EXCEPTION 'the payees of a request that was handed in are kept' USING ERRCODE = 'DB001';
    END IF;
    RETURN NULL;
END $$;
"""
TOLD = "id, request_id, paid_on, outcome"
CLOSED = f"""
CREATE OR REPLACE FUNCTION disbursement_rows_of_closed_days() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM (
            SELECT request_id, paid_on FROM (SELECT {TOLD} FROM come EXCEPT SELECT {TOLD} FROM gone) become
            UNION
            SELECT request_id, paid_on FROM (SELECT {TOLD} FROM gone EXCEPT SELECT {TOLD} FROM come) been
        ) d
        JOIN disbursement_paymentrequest q ON q.id = d.request_id
        JOIN disbursement_daybook b ON b.account_id = q.account_id AND b.day = d.paid_on AND b.state = 'closed'
    ) THEN
        RAISE EXCEPTION 'the day of this payment is closed' USING ERRCODE = 'DB003';
    END IF;
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("disbursement", "0012_flow_totals")]

    operations = [migrations.RunSQL(ROWS + CLOSED, migrations.RunSQL.noop)]
