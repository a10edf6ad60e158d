"""What an update of lines changed is found by EXCEPT: see disbursement migration 0013. The rules are those of 0002.

DB001: kept.
"""

from django.db import migrations

FIXED = "id, roster_id, number, household_id, code, id_index, sumu_id, gacha_id, quantity, gross, deduction, amount"
LINES = f"""
CREATE OR REPLACE FUNCTION subsidy_lines_kept() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE touched bigint[];
BEGIN
    CASE TG_OP
        WHEN 'INSERT' THEN touched := ARRAY(SELECT DISTINCT roster_id FROM come);
        WHEN 'DELETE' THEN touched := ARRAY(SELECT DISTINCT roster_id FROM gone);
        ELSE
            IF EXISTS (SELECT id, name, amount FROM gone WHERE outcome IN ('paid', 'stopped')
                       EXCEPT SELECT id, name, amount FROM come)
                OR EXISTS (SELECT id FROM gone WHERE outcome = 'paid'
                           EXCEPT SELECT id FROM come WHERE outcome IN ('paid', 'stopped'))
                OR EXISTS (SELECT id FROM gone WHERE outcome = 'stopped'
                           EXCEPT SELECT id FROM come WHERE outcome = 'stopped')
            THEN
                RAISE EXCEPTION 'a line that is paid or given back is kept' USING ERRCODE = 'DB001';
            END IF;
            touched := ARRAY(
                SELECT DISTINCT roster_id FROM (SELECT {FIXED} FROM come EXCEPT SELECT {FIXED} FROM gone) changed
            );
    END CASE;
    IF EXISTS (SELECT FROM subsidy_roster r
               WHERE r.id = ANY(touched) AND r.state NOT IN ('draft', 'returned')) THEN
        RAISE EXCEPTION 'the lines of a roster that was handed in are kept' USING ERRCODE = 'DB001';
    END IF;
    RETURN NULL;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("subsidy", "0003_history"), ("disbursement", "0013_sets_compared")]

    operations = [migrations.RunSQL(LINES, migrations.RunSQL.noop)]
