"""The statements that work the measures of the roll-out out: for all regions at once, by month and by period.

All days are those of the product's time zone. `kpi_place` puts a region under itself and all above it, once for all
phases and once for its own; `kpi_day` numbers the working days of each region by its calendar, so that the working days
from one day to another are a difference of two numbers (as `apps.codes.workdays` counts them; a test compares).
"""

PREPARE = """
CREATE TEMPORARY TABLE kpi_standing (region_id bigint PRIMARY KEY, since date, phase_id bigint) ON COMMIT DROP;
CREATE TEMPORARY TABLE kpi_part
    (kpi text, region_id bigint, day date, part numeric, whole numeric, count bigint) ON COMMIT DROP;
CREATE TEMPORARY TABLE kpi_case (region_id bigint, day date, days numeric, hours numeric) ON COMMIT DROP;
CREATE TEMPORARY TABLE kpi_place (region_id bigint, node_id bigint, phase_id bigint) ON COMMIT DROP;
CREATE TEMPORARY TABLE kpi_day (region_id bigint, day date, number int) ON COMMIT DROP;
"""

STANDINGS = """
INSERT INTO kpi_standing
SELECT * FROM unnest(%(regions)s::bigint[], %(days)s::date[], %(phases)s::bigint[])
"""

PLACES = """
INSERT INTO kpi_place
SELECT r.id, above.id, phase.id FROM regions_region r
JOIN regions_region above ON above.tree_id = r.tree_id AND above.lft <= r.lft AND above.rght >= r.rght
LEFT JOIN kpi_standing s ON s.region_id = r.id
CROSS JOIN LATERAL (SELECT NULL::bigint AS id UNION SELECT s.phase_id) phase
"""

DAYS = """
INSERT INTO kpi_day
WITH said AS (
    SELECT DISTINCT ON (r.id, c.day) r.id AS region_id, c.day, c.kind = 'workday' AS works
    FROM codes_calendarday c LEFT JOIN regions_region u ON u.id = c.region_id
    JOIN regions_region r ON c.region_id IS NULL OR (r.tree_id = u.tree_id AND r.lft >= u.lft AND r.rght <= u.rght)
    WHERE c.day >= %(first)s - 365 AND c.day <= %(today)s
    ORDER BY r.id, c.day, u.level DESC NULLS LAST
)
SELECT r.id, d.day::date,
    sum((coalesce(s.works, extract(isodow FROM d.day) < 6))::int) OVER (PARTITION BY r.id ORDER BY d.day)
FROM regions_region r
CROSS JOIN generate_series(%(first)s::date - 365, %(today)s::date, '1 day') AS d(day)
LEFT JOIN said s ON s.region_id = r.id AND s.day = d.day::date
"""

# A case that began more than a year before the first day counts from there: its end is what lies in the period.
CASES = """
INSERT INTO kpi_case
SELECT c.region_id, ended.day, e.number - coalesce(b.number, 0), extract(epoch FROM c.ended_at - c.started_at) / 3600
FROM lowcode_case c
CROSS JOIN LATERAL (
    SELECT (c.started_at AT TIME ZONE %(zone)s)::date AS begun, (c.ended_at AT TIME ZONE %(zone)s)::date AS day
) ended
JOIN kpi_day e ON e.region_id = c.region_id AND e.day = ended.day
LEFT JOIN kpi_day b ON b.region_id = c.region_id AND b.day = ended.begun
WHERE c.state = 'approved' AND c.last_seq > 1 AND c.ended_at >= (%(first)s::date)::timestamp AT TIME ZONE %(zone)s
"""

RETURNS = """
INSERT INTO kpi_part
SELECT 'returns', region_id, (started_at AT TIME ZONE %(zone)s)::date AS day,
    sum(circulation - 1 + (state = 'returned')::int), sum(circulation), sum(circulation)
FROM lowcode_case
WHERE state <> 'withdrawn' AND started_at >= (%(first)s::date)::timestamp AT TIME ZONE %(zone)s
GROUP BY region_id, day
"""

# What was due, and when it first came, a view says (migration 0012): the list of these rows reads the same.
ON_TIME = """
INSERT INTO kpi_part
SELECT 'on_time', region_id, due, sum(on_time), count(*), count(*)
FROM dashboard_duesheet WHERE due >= %(first)s AND due < %(today)s
GROUP BY region_id, due
"""

DEVIATION = """
INSERT INTO kpi_part
SELECT 'deviation', plan.region_id, %(today)s::date, abs(coalesce(paid.amount, 0) - plan.amount), plan.amount, 1
FROM (
    SELECT p.region_id, p.unit_id, sum(l.amount * CASE
        WHEN l.month < extract(month FROM %(today)s::date) THEN 1
        WHEN l.month = extract(month FROM %(today)s::date) THEN %(passed)s::numeric
        ELSE 0 END) AS amount
    FROM disbursement_useplan p JOIN disbursement_planline l ON l.plan_id = p.id
    WHERE p.state = 'approved' AND p.year_id = %(year)s
    GROUP BY p.region_id, p.unit_id
) plan
LEFT JOIN (
    SELECT a.unit_id, sum(b.spent) AS amount
    FROM ledger_authority a JOIN ledger_balance b ON b.authority_id = a.id
    WHERE a.year_id = %(year)s AND a.unit_id IS NOT NULL
    GROUP BY a.unit_id
) paid ON paid.unit_id = plan.unit_id
"""

SPREAD = """
    SELECT p.node_id, p.phase_id, span.period, span.month, f.*
    FROM {facts} f
    JOIN kpi_place p ON p.region_id = f.region_id
    LEFT JOIN kpi_standing s ON s.region_id = f.region_id
    CROSS JOIN LATERAL (VALUES
        ('month', date_trunc('month', f.day)::date, f.day >= %(since_month)s),
        ('current', NULL, f.day > %(today)s - 90 AND (s.since IS NULL OR f.day >= s.since)),
        ('baseline', NULL, %(whole)s AND f.day < s.since AND f.day >= s.since - 365)
    ) AS span(period, month, counts)
    WHERE span.counts
"""

WRITE = """
INSERT INTO dashboard_kpifigure (region_id, phase_id, kpi, period, month, value, count, first_day, last_day, at)
{rows}
ON CONFLICT (region_id, phase_id, kpi, period, month) DO UPDATE SET
    value = EXCLUDED.value, count = EXCLUDED.count, first_day = EXCLUDED.first_day, last_day = EXCLUDED.last_day,
    at = EXCLUDED.at
"""

DURATIONS = WRITE.format(
    rows=f"""
SELECT node_id, phase_id, measured.kpi, period, month, measured.value, count, first_day, last_day, %(at)s FROM (
    SELECT node_id, phase_id, period, month, count(*) AS count, min(day) AS first_day, max(day) AS last_day,
        percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY days::float8) AS days,
        percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY hours::float8) AS hours
    FROM ({SPREAD.format(facts="kpi_case")}) spread
    GROUP BY node_id, phase_id, period, month
) grouped
CROSS JOIN LATERAL (VALUES
    ('approval_median', days[1]), ('approval_p90', days[2]), ('hours_median', hours[1]), ('hours_p90', hours[2])
) AS measured(kpi, value)"""
)

SHARES = WRITE.format(
    rows=f"""
SELECT node_id, phase_id, kpi, period, month, least(sum(part) * 100 / sum(whole), 9999999999), sum(count), min(day),
    max(day), %(at)s
FROM ({SPREAD.format(facts="kpi_part")}) spread
GROUP BY node_id, phase_id, kpi, period, month
HAVING sum(whole) > 0"""
)

# What was not written again has nothing to measure any more; months before the window, and those of what is only known
# of the day itself, stay as they were. The baseline is worked out by the whole run alone.
DROP_STALE = """
DELETE FROM dashboard_kpifigure WHERE at < %(at)s AND (
    period = 'current'
    OR (period = 'baseline' AND %(whole)s)
    OR (period = 'month' AND month >= %(since_month)s AND kpi <> 'deviation')
)
"""
