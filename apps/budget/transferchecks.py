"""The check that money from upper levels is matched: line by line, document by document, and in its sum."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.budget.regionfacts import Asked, RegionFinding, RegionResult, yuan
from imbudget.kit.findings import Level

TRANSFERS = "budget.transfers_matched"
BASIS = _("Integrated budget management: money from above keeps its project through all levels")
MOST_LINES = 200  # lines, or documents, of one region that the check names

UNMATCHED = """
SELECT region_id, sheet_id, unit_id, number, amount FROM (
    SELECT l.region_id, l.sheet_id, l.unit_id, l.number, l.amount,
        row_number() OVER (PARTITION BY l.region_id ORDER BY l.sheet_id, l.number) AS place
    FROM budget_budgetline l JOIN codes_code k ON k.id = l.fund_id
    WHERE l.year_id = %(year)s AND l.round = %(round)s AND l.region_id = ANY(%(regions)s)
        AND l.project_code = '' AND l.amount > 0 AND k.code LIKE %(fund)s || '%%'
) found WHERE place <= %(most)s ORDER BY region_id, place
"""
# What the region's lines ask for of money from above, and what upper levels have sent of it and it keeps.
SUMS = """
SELECT r.id, coalesce(asked.amount, 0), coalesce(sent.amount, 0) - coalesce(passed.amount, 0)
FROM regions_region r
LEFT JOIN (
    SELECT v.region_id, sum(v.amount) AS amount FROM budget_summary_by_function v JOIN codes_code k ON k.id = v.fund_id
    WHERE v.year_id = %(year)s AND v.round = %(round)s AND v.region_id = ANY(%(regions)s) AND k.code LIKE %(fund)s || '%%'
    GROUP BY v.region_id
) asked ON asked.region_id = r.id
LEFT JOIN (
    SELECT d.region_id, sum(l.amount) AS amount FROM ledger_authoritydocument d
    JOIN ledger_documentline l ON l.document_id = d.id JOIN codes_code k ON k.id = l.fund_id
    WHERE d.year_id = %(year)s AND d.region_id = ANY(%(regions)s) AND d.kind = 'revenue' AND d.state = 'posted'
        AND d.upper_number <> '' AND k.code LIKE %(fund)s || '%%'
    GROUP BY d.region_id
) sent ON sent.region_id = r.id
LEFT JOIN (
    SELECT d.region_id, sum(l.amount) AS amount FROM ledger_authoritydocument d
    JOIN ledger_documentline l ON l.document_id = d.id JOIN codes_code k ON k.id = l.fund_id
    WHERE d.year_id = %(year)s AND d.region_id = ANY(%(regions)s) AND d.kind = 'transfer' AND d.state = 'posted'
        AND l.upper_document_number <> '' AND k.code LIKE %(fund)s || '%%'
    GROUP BY d.region_id
) passed ON passed.region_id = r.id
WHERE r.id = ANY(%(regions)s) AND (asked.amount > 0 OR sent.amount > 0)
"""
# Executable authority under an upper document that names no project, or a tracking code that the document does not have.
LOST = """
SELECT region_id, upper_document_number, bare, strayed FROM (
    SELECT a.region_id, a.upper_document_number, sum(m.amount) FILTER (WHERE a.project_code = '') AS bare,
        sum(m.amount) FILTER (WHERE a.project_code <> '' AND t.codes IS NOT NULL AND NOT a.tracking_code = ANY(t.codes))
            AS strayed,
        row_number() OVER (PARTITION BY a.region_id ORDER BY a.upper_document_number) AS place
    FROM ledger_authority a
    JOIN ledger_balance b ON b.authority_id = a.id
    CROSS JOIN LATERAL (SELECT b.amount + b.increased - b.decreased AS amount) m
    LEFT JOIN LATERAL (
        SELECT array_agg(DISTINCT l.tracking_code) AS codes FROM ledger_authoritydocument d
        JOIN ledger_documentline l ON l.document_id = d.id
        WHERE d.region_id = a.region_id AND d.year_id = a.year_id AND d.upper_number = a.upper_document_number
            AND d.kind = 'revenue' AND d.state = 'posted' AND l.tracking_code <> ''
    ) t ON true
    WHERE a.year_id = %(year)s AND a.region_id = ANY(%(regions)s) AND a.state = 'executable'
        AND a.upper_document_number <> '' AND m.amount > 0
    GROUP BY a.region_id, a.upper_document_number
) found WHERE place <= %(most)s ORDER BY region_id, upper_document_number
"""


def transfers_matched(asked: Asked) -> RegionResult:
    """Lines and authority paid from money of upper levels name their project, and come to what was sent."""
    result = RegionResult(reason=_("The region has no money from upper levels in this round."))
    result.uncovered = set(asked.regions)
    for group, names in asked.by_parameters(TRANSFERS, "fund"):
        for region, wanted, sent in group.rows(SUMS, **names):
            result.uncovered.discard(region)
            result.findings += _sums(region, wanted, sent)
        for region, sheet, unit, line, amount in group.rows(UNMATCHED, most=MOST_LINES, **names):
            text = _("%(amount)s yuan from upper levels name no project.")
            place: dict[str, Any] = {"sheet": sheet, "unit": unit, "line": line}
            result.findings.append(RegionFinding(region, Level.WARNING, text, BASIS, yuan(amount=amount), **place))
    for region, number, bare, strayed in asked.rows(LOST, most=MOST_LINES):
        result.uncovered.discard(region)
        result.findings += _lost(region, number, bare, strayed)
    return result


def _sums(region: int, wanted: Decimal, sent: Decimal) -> Iterator[RegionFinding]:
    """Where upper levels have sent something: before that nothing is known to hold the lines against."""
    if not sent or wanted == sent:
        return
    values = yuan(wanted=wanted, sent=sent, gap=abs(wanted - sent))
    if wanted > sent:
        text = _(
            "The lines ask for %(wanted)s from upper levels, which have sent %(sent)s: %(gap)s rest on no transfer."
        )
    else:
        text = _("Upper levels have sent %(sent)s, the lines spend %(wanted)s of it: %(gap)s stand in no line.")
    yield RegionFinding(region, Level.WARNING, text, BASIS, values)


def _lost(region: int, number: str, bare: Decimal | None, strayed: Decimal | None) -> Iterator[RegionFinding]:
    if bare:
        text = _("Authority of %(amount)s yuan under %(number)s of the upper level names no project.")
        yield RegionFinding(region, Level.WARNING, text, BASIS, yuan(amount=bare) | {"number": number})
    if strayed:
        text = _("Authority of %(amount)s yuan under %(number)s of the upper level has lost its tracking code.")
        yield RegionFinding(region, Level.WARNING, text, BASIS, yuan(amount=strayed) | {"number": number})
