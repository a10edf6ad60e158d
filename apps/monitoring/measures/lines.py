"""Authority that stands still: not passed on, not paid, carried over again, borrowed and idle."""

from django.utils.translation import gettext_lazy as _

from apps.monitoring.measures.base import Measure, Parameter, number, yearly

LINE = """
FROM ledger_authority a
JOIN ledger_balance b ON b.authority_id = a.id
JOIN regions_region g ON g.id = a.region_id
WHERE a.year_id = %(year)s AND g.tree_id = %(tree)s AND g.lft BETWEEN %(lft)s AND %(rght)s AND b.available >= %(least)s
"""
ROW = """SELECT 'authority:' || a.id, a.region_id, a.unit_id, a.id, '', b.available,
       jsonb_build_object('document', a.upper_document_number, 'left', b.available, 'since', a.created_at::date,
                          'days', %(day)s::date - a.created_at::date)"""
# Only those that have crossed the term since the last run: whoever was told of has been told.
CROSSED = " AND a.created_at >= %(since)s - make_interval(days => %(days)s::int)" + (
    " AND a.created_at < %(day)s::date - make_interval(days => %(days)s::int)"
)
NOT_SPLIT = f"{ROW}{LINE} AND a.state IN ('unallocated', 'pending') AND a.upper_document_number <> ''{CROSSED}"
NOT_PAID = f"{ROW}{LINE} AND a.state = 'executable' AND a.upper_document_number <> '' AND b.spent = 0{CROSSED}"
IDLE_DEBT = f"{ROW}{LINE} AND a.is_debt AND a.state <> 'sent'{CROSSED}"
# Carried over last year already, and once more this year: two years old.
OLD = f"""
SELECT 'authority:' || a.id, a.region_id, a.unit_id, a.id, '', b.available,
       jsonb_build_object('left', b.available, 'document', a.document_number, 'years', 2)
{LINE} AND a.authority_type = '31'
AND EXISTS (SELECT FROM ledger_authority o WHERE o.id = a.origin_id AND o.authority_type = '31' AND o.year_id < a.year_id)
"""
LEAST = number("least", _("from this amount on (yuan)"), "1000")


def days(default: str) -> tuple[Parameter, ...]:
    """The term in days."""
    return number("days", _("term in days"), default, "1", "3650"), LEAST


LINES = (
    Measure("not_split", _("upper money not passed on in time"), NOT_SPLIT, yearly, days("30")),
    Measure("not_paid", _("upper money issued and not paid"), NOT_PAID, yearly, days("180")),
    Measure("debt_idle", _("bond money that stands idle"), IDLE_DEBT, yearly, days("180")),
    Measure("carried_twice", _("carried over for two years or more"), OLD, yearly, (LEAST,), incremental=False),
)
