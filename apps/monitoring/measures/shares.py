"""How payments are spread: over classes, payees, digits; and accounts of users that nobody uses."""

from django.utils.translation import gettext_lazy as _

from apps.monitoring.measures.base import PAYMENTS, TOUCHED, Measure, Parameter, number, quarterly, yearly

LEAST = number("least", _("from this amount on (yuan)"), "100000")


def share(default: str) -> tuple[Parameter, ...]:
    """A share, and the amount from which on it says anything."""
    return number("share", _("above this share (%)"), default, "1", "100"), LEAST


OTHER = f"""
WITH {TOUCHED}, {PAYMENTS}, sums AS (
    SELECT p.unit_id, max(p.region_id) AS region_id, sum(p.total) AS whole,
           sum(p.total) FILTER (WHERE c.code LIKE '___99') AS part
    FROM payments p
    JOIN ledger_authority a ON a.id = p.authority_id
    JOIN codes_code c ON c.id = a.department_economic_id
    GROUP BY p.unit_id
)
SELECT 'unit:' || unit_id || ':' || %(period)s, region_id, unit_id, NULL::bigint, '', part,
       jsonb_build_object('paid', whole, 'part', part, 'share', round(part * 100 / whole, 2))
FROM sums WHERE whole >= %(least)s AND part * 100 > whole * %(share)s
"""
ROWS = """
payees AS (
    SELECT p.unit_id, p.region_id, p.authority_id, w.payee_name, w.amount
    FROM payments p JOIN disbursement_paymentrow w ON w.request_id = p.id
    WHERE w.outcome <> 'failed'
)"""
ASSOCIATIONS = f"""
WITH {TOUCHED}, {PAYMENTS}, {ROWS}, sums AS (
    SELECT a.project_code, max(p.region_id) AS region_id, min(p.unit_id) AS unit_id, sum(p.amount) AS whole,
           sum(p.amount) FILTER (WHERE p.payee_name ~ '(学会|协会|研究会|促进会|商会)') AS part
    FROM payees p JOIN ledger_authority a ON a.id = p.authority_id
    WHERE a.project_code <> '' GROUP BY a.project_code
)
SELECT 'project:' || project_code || ':' || %(period)s, region_id, unit_id, NULL::bigint, '', part,
       jsonb_build_object('project_code', project_code, 'paid', whole, 'part', part, 'share', round(part * 100 / whole, 2))
FROM sums WHERE whole >= %(least)s AND part * 100 > whole * %(share)s
"""
DOWNWARD = f"""
WITH {TOUCHED}, {PAYMENTS}, {ROWS}, sums AS (
    SELECT unit_id, max(region_id) AS region_id, sum(amount) AS whole,
           sum(amount) FILTER (WHERE payee_name ~ '(财政局|财政所|人民政府|苏木政府|街道办事处)') AS part
    FROM payees GROUP BY unit_id
)
SELECT 'unit:' || unit_id || ':' || %(period)s, region_id, unit_id, NULL::bigint, '', part,
       jsonb_build_object('paid', whole, 'part', part, 'share', round(part * 100 / whole, 2))
FROM sums WHERE whole >= %(least)s AND part * 100 >= whole * %(share)s
"""
# First digits against log10(1 + 1/d): the largest z of the nine, with the correction for continuity.
BENFORD = f"""
WITH {TOUCHED}, {PAYMENTS}, {ROWS}, digits AS (
    SELECT unit_id, max(region_id) AS region_id, substring(ltrim(amount::text, '0.') FROM 1 FOR 1)::int AS digit,
           count(*) AS n, sum(amount) AS amount
    FROM payees GROUP BY unit_id, digit
), counted AS (
    SELECT *, sum(n) OVER (PARTITION BY unit_id) AS whole, log(1 + 1.0 / digit) AS p FROM digits
), scored AS (
    SELECT *, greatest(abs(n / whole - p) - 1 / (2 * whole), 0) / sqrt(p * (1 - p) / whole) AS z FROM counted
    WHERE whole >= %(payments)s
), worst AS (SELECT DISTINCT ON (unit_id) * FROM scored ORDER BY unit_id, z DESC, digit)
SELECT 'unit:' || unit_id || ':' || %(period)s, region_id, unit_id, NULL::bigint, '', amount,
       jsonb_build_object('digit', digit, 'payments', whole, 'with_digit', n, 'share', round(n * 100.0 / whole, 2),
                          'expected_share', round(p * 100, 2), 'z', round(z::numeric, 2))
FROM worst WHERE z > %(z)s
"""
SLEEPING = """
SELECT 'user:' || u.id || ':' || %(period)s, o.region_id, min(t.unit_id), NULL::bigint, '', 0,
       jsonb_build_object('user', u.name, 'last_login', max(u.last_login)::date)
FROM accounts_user u
JOIN accounts_post t ON t.user_id = u.id AND t.valid_from <= %(day)s AND (t.valid_to IS NULL OR t.valid_to >= %(day)s)
JOIN regions_unit o ON o.id = t.unit_id
JOIN regions_region g ON g.id = o.region_id
WHERE u.is_active AND t.role IN ('unit_clerk', 'unit_head')
  AND coalesce(u.last_login, t.valid_from::timestamptz) < %(day)s::date - make_interval(days => %(days)s::int)
  AND g.tree_id = %(tree)s AND g.lft BETWEEN %(lft)s AND %(rght)s
GROUP BY u.id, o.region_id
"""

SHARES = (
    Measure("other_share", _("share of classes called “other”"), OTHER, quarterly, share("20")),
    Measure(
        "associations", _("project money to learned societies and associations"), ASSOCIATIONS, yearly, share("70")
    ),
    Measure("downward", _("unit's money to finance offices and governments below"), DOWNWARD, quarterly, share("60")),
    Measure(
        "benford",
        _("first digits of amounts against Benford's law"),
        BENFORD,
        quarterly,
        (
            number("z", _("z above"), "3", "1", "100"),
            number("payments", _("from this many payments on"), "100", "30", "1000000"),
        ),
    ),
    Measure(
        "sleeping_accounts",
        _("accounts of users that nobody uses"),
        SLEEPING,
        quarterly,
        (number("days", _("days without signing in"), "90", "30", "3650"),),
        incremental=False,
    ),
)
