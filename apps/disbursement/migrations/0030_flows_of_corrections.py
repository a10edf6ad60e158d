"""A correction leaves the authority that paid and arrives at the other one, and what is held is what the ledger holds."""

from django.db import migrations

# What a request adds by its state at its own authority. Held is what the ledger has reserved for it: from the hand-in on, also
# where monitoring has stopped it. A refund holds nothing and takes away; a correction holds what it will use.
FLOW = """
CREATE OR REPLACE FUNCTION disbursement_flow(
    business text, state text, total numeric, paid numeric, OUT held numeric, OUT paid_out numeric, OUT failed numeric
) IMMUTABLE LANGUAGE sql AS $$
    SELECT CASE WHEN business <> 'refund' AND state IN ('submitted', 'stopped', 'approved') THEN total ELSE 0 END,
           CASE business WHEN 'refund' THEN -paid ELSE paid END,
           CASE WHEN business NOT IN ('refund', 'correct') AND state IN ('part', 'failed') THEN total - paid ELSE 0 END
$$;
"""
# What a correction has paid is taken from the authority of the payment that it corrects. Authorities are looked up for each set
# of sums: a plan made for one payment would read all authorities for many.
TOTALS = """
CREATE OR REPLACE FUNCTION disbursement_flow_totals() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO disbursement_flowtotal (year_id, region_id, fund_id, category, business, held, paid, failed)
    SELECT c.year_id, c.region_id, a.fund_id, coalesce(left(e.code, 3), ''), c.business, sum(c.held), sum(c.paid), sum(c.failed)
    FROM (
        SELECT n.year_id, n.region_id, n.authority_id, n.business, sum(n.held) AS held, sum(n.paid) AS paid,
               sum(n.failed) AS failed
        FROM (
            SELECT year_id, region_id, authority_id, business, f.held, f.paid_out AS paid, f.failed
            FROM come CROSS JOIN LATERAL disbursement_flow(business, state, total, paid) f
            UNION ALL
            SELECT year_id, region_id, authority_id, business, -f.held, -f.paid_out, -f.failed
            FROM gone CROSS JOIN LATERAL disbursement_flow(business, state, total, paid) f
            UNION ALL
            SELECT o.year_id, o.region_id, o.authority_id, m.business, 0, -m.paid, 0
            FROM (
                SELECT about_id, business, sum(paid) AS paid FROM (
                    SELECT about_id, business, paid FROM come WHERE business = 'correct'
                    UNION ALL
                    SELECT about_id, business, -paid FROM gone WHERE business = 'correct'
                ) b GROUP BY 1, 2 HAVING sum(paid) <> 0
            ) m
            CROSS JOIN LATERAL (SELECT * FROM disbursement_paymentrequest WHERE id = m.about_id OFFSET 0) o
        ) n
        GROUP BY 1, 2, 3, 4 HAVING sum(n.held) <> 0 OR sum(n.paid) <> 0 OR sum(n.failed) <> 0
    ) c
    CROSS JOIN LATERAL (SELECT * FROM ledger_authority WHERE id = c.authority_id OFFSET 0) a
    LEFT JOIN codes_code e ON e.id = a.department_economic_id
    GROUP BY 1, 2, 3, 4, 5;
    RETURN NULL;
END $$;
"""
# What stood there before: corrections counted nothing, stopped requests were not held.
FILL = """
INSERT INTO disbursement_flowtotal (year_id, region_id, fund_id, category, business, held, paid, failed)
SELECT r.year_id, r.region_id, a.fund_id, coalesce(left(e.code, 3), ''), r.business, sum(r.held), sum(r.paid), 0
FROM (
    SELECT q.year_id, q.region_id, q.authority_id, q.business, f.held, 0 AS paid
    FROM disbursement_paymentrequest q CROSS JOIN LATERAL disbursement_flow(q.business, q.state, q.total, q.paid) f
    WHERE q.business = 'correct' OR q.state = 'stopped'
    UNION ALL
    SELECT year_id, region_id, authority_id, business, 0, paid FROM disbursement_paymentrequest WHERE business = 'correct'
    UNION ALL
    SELECT o.year_id, o.region_id, o.authority_id, q.business, 0, -q.paid
    FROM disbursement_paymentrequest q JOIN disbursement_paymentrequest o ON o.id = q.about_id
    WHERE q.business = 'correct'
) r
JOIN ledger_authority a ON a.id = r.authority_id
LEFT JOIN codes_code e ON e.id = a.department_economic_id
GROUP BY 1, 2, 3, 4, 5 HAVING sum(r.held) <> 0 OR sum(r.paid) <> 0
"""


class Migration(migrations.Migration):
    dependencies = [("disbursement", "0020_pages")]

    operations = [
        migrations.RunSQL(FLOW, migrations.RunSQL.noop),
        migrations.RunSQL(TOTALS, migrations.RunSQL.noop),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
