"""How fast money goes: spent against the curve of its function, at the year's end, over years."""

from django.utils.translation import gettext_lazy as _

from apps.monitoring.measures.base import PAYMENTS, TOUCHED, Measure, at_the_end, monthly, number, yearly

# What should be spent by the end of the last whole month: each function by the curve with the longest beginning of its code.
EXPECTED = """
curves AS (
    SELECT c.id AS code_id,
           (SELECT (v.shares ->> (%(month)s - 1))::numeric FROM monitoring_pacecurve v
            WHERE starts_with(c.code, v.function) ORDER BY length(v.function) DESC LIMIT 1) AS share
    FROM codes_code c WHERE c.catalog = 'function' AND c.year_id = %(year)s
), spent AS (
    SELECT a.unit_id, a.region_id, sum(b.amount + b.increased - b.decreased) AS whole, sum(b.spent) AS spent,
           sum((b.amount + b.increased - b.decreased) * coalesce(v.share, %(month)s * 100 / 12.0) / 100) AS expected
    FROM ledger_authority a
    JOIN ledger_balance b ON b.authority_id = a.id
    JOIN regions_region g ON g.id = a.region_id
    LEFT JOIN curves v ON v.code_id = a.function_id
    WHERE a.year_id = %(year)s AND a.state = 'executable' AND a.unit_id IS NOT NULL
      AND g.tree_id = %(tree)s AND g.lft BETWEEN %(lft)s AND %(rght)s
    GROUP BY a.unit_id, a.region_id
)"""
FIGURES = """jsonb_build_object('month', %(month)s, 'authority', s.whole, 'spent', s.spent,
    'expected', round(s.expected, 2), 'execution_rate', round(s.spent * 100 / s.whole, 2),
    'expected_rate', round(s.expected * 100 / s.whole, 2))"""
SLOW = f"""
WITH {EXPECTED}
SELECT 'unit:' || s.unit_id || ':' || %(period)s, s.region_id, s.unit_id, NULL::bigint,
       CASE WHEN s.spent < s.expected * %(red)s / 100 THEN 'red' ELSE '' END, s.expected - s.spent, {FIGURES}
FROM spent s WHERE s.whole >= %(least)s AND s.spent < s.expected * %(yellow)s / 100
"""
FAST = f"""
WITH {EXPECTED}
SELECT 'unit:' || s.unit_id || ':' || %(period)s, s.region_id, s.unit_id, NULL::bigint, '', s.spent - s.expected, {FIGURES}
FROM spent s
WHERE s.whole >= %(least)s AND s.spent > s.expected * %(over)s / 100
  AND s.spent - s.expected > s.whole * %(points)s / 100
"""
LOW_YEARS = """
WITH years AS (
    SELECT a.unit_id, max(a.region_id) AS region_id, a.year_id, sum(b.amount + b.increased - b.decreased) AS whole, sum(b.spent) AS spent
    FROM ledger_authority a
    JOIN ledger_balance b ON b.authority_id = a.id
    JOIN regions_region g ON g.id = a.region_id
    WHERE a.year_id BETWEEN %(year)s - 3 AND %(year)s - 1 AND a.state = 'executable' AND a.unit_id IS NOT NULL
      AND g.tree_id = %(tree)s AND g.lft BETWEEN %(lft)s AND %(rght)s
    GROUP BY a.unit_id, a.year_id
)
SELECT 'unit:' || unit_id || ':' || %(period)s, max(region_id), unit_id, NULL::bigint, '', sum(whole - spent),
       jsonb_build_object('years', jsonb_object_agg(year_id, round(spent * 100 / nullif(whole, 0), 2)))
FROM years GROUP BY unit_id
HAVING count(*) = 3 AND bool_and(spent * 100 < whole * %(share)s)
"""
YEAR_END = f"""
WITH {TOUCHED}, {PAYMENTS}, sums AS (
    SELECT unit_id, max(region_id) AS region_id, sum(total) AS whole,
           sum(total) FILTER (WHERE extract(month FROM submitted_at AT TIME ZONE %(zone)s) >= 11) AS late
    FROM payments GROUP BY unit_id
)
SELECT 'unit:' || unit_id || ':' || %(period)s, region_id, unit_id, NULL::bigint, '', late,
       jsonb_build_object('paid', whole, 'paid_at_the_end', late, 'share', round(late * 100 / whole, 2))
FROM sums WHERE late >= %(least)s AND late * 100 > whole * %(share)s
"""

PACE = (
    Measure(
        "pace_slow",
        _("execution behind the curve of spending"),
        SLOW,
        monthly,
        (
            number("yellow", _("yellow below this part of what is expected (%)"), "80", "1", "100"),
            number("red", _("red below this part of what is expected (%)"), "60", "0", "100"),
            number("least", _("from this much authority on (yuan)"), "100000"),
        ),
        incremental=False,
    ),
    Measure(
        "pace_fast",
        _("execution ahead of the curve of spending"),
        FAST,
        monthly,
        (
            number("over", _("above this part of what is expected (%)"), "120", "100", "1000"),
            number("points", _("and by this many points of the whole"), "20", "0", "100"),
            number("least", _("from this much authority on (yuan)"), "100000"),
        ),
        incremental=False,
    ),
    Measure(
        "low_three_years",
        _("execution low for three years"),
        LOW_YEARS,
        yearly,
        (number("share", _("below this rate (%)"), "50", "1", "100"),),
        incremental=False,
    ),
    Measure(
        "year_end",
        _("payments heaped at the end of the year"),
        YEAR_END,
        at_the_end,
        (
            number("share", _("above this share (%)"), "50", "1", "100"),
            number("least", _("from this amount on (yuan)"), "100000"),
        ),
    ),
)
