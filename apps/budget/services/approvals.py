"""批复: a compiled budget becomes the authority of its units, line by line.

The document that issues it is one of the ledger and goes through its flow; when it is posted, what was approved is kept
as the round of its own (二下), so that all four rounds can be compared.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.budget import policies
from apps.budget.models import BudgetApproval, BudgetRound, BudgetSheet, Compilation
from apps.budget.selectors.approvals import approvals_of
from apps.budget.services.locks import lock_compilation, refuse_closed_year
from apps.budget.services.sheets import ROUNDS_OF_UNITS
from apps.evidence import services as evidence
from apps.ledger import services as ledger
from apps.ledger.models import AuthorityDocument, DocumentKind
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.errors import RuleViolation, require

# Lines of a unit that differ in nothing but their wording are one authority.
LINES = """
INSERT INTO ledger_documentline (
    document_id, number, uid, year_id, region_id, document_number, project_code, project_id, unit_id, fund_id,
    business_division, managing_division, income_code, function_id, government_economic_id, department_economic_id,
    authority_type, source, is_advance, upper_document_number, tracking_code, is_procurement, payment_method,
    is_payroll, direct_flag, is_research, is_debt, is_construction, kind, target_state, amount, summary
)
SELECT %(document)s,
       row_number() OVER (ORDER BY u.code, f.code, l.department_economic_id, l.fund_id, l.kind, l.project_code, l.project_name),
       gen_random_uuid(), l.year_id, l.region_id, %(number)s, l.project_code, p.id, l.unit_id, l.fund_id,
       '', '', '', l.function_id, l.government_economic_id, l.department_economic_id,
       '21', '1', false, '', '', coalesce(p.is_procurement, false), '1',
       false, '09', coalesce(p.is_research, false), false, coalesce(p.is_capital, false), l.kind, 'executable',
       sum(l.amount), left(l.project_name, 500)
FROM budget_budgetline l
JOIN budget_budgetsheet s ON s.id = l.sheet_id
JOIN regions_unit u ON u.id = l.unit_id
JOIN codes_code f ON f.id = l.function_id
LEFT JOIN projects_project p ON p.code = l.project_code
WHERE l.region_id = %(region)s AND l.year_id = %(year)s AND l.round = %(round)s AND s.state = 'accepted'
GROUP BY l.year_id, l.region_id, p.id, l.unit_id, u.code, f.code, l.fund_id, l.function_id, l.government_economic_id,
         l.department_economic_id, l.kind, l.project_code, l.project_name
HAVING sum(l.amount) > 0
"""
TOTAL = """
UPDATE ledger_authoritydocument d SET total = (SELECT coalesce(sum(amount), 0) FROM ledger_documentline WHERE document_id = d.id)
WHERE d.id = %(document)s RETURNING total
"""
OWN_TOTAL = """
SELECT coalesce(sum(amount), 0) FROM budget_snapshotrow WHERE snapshot_id = %(snapshot)s AND region_id = %(region)s
"""
SHEETS = """
INSERT INTO budget_budgetsheet (unit_id, region_id, year_id, round, state, total, note, return_reason, version,
                                submitted_at, updated_at)
SELECT s.unit_id, s.region_id, s.year_id, 'second_down', 'accepted', 0, '', '', 1, s.submitted_at, %(now)s
FROM budget_budgetsheet s
WHERE s.region_id = %(region)s AND s.year_id = %(year)s AND s.round = %(round)s AND s.state = 'accepted'
"""
COPIED = (
    "number, function_id, department_economic_id, government_economic_id, fund_id, kind, project_code, project_name,"
    " amount, prior_approved, prior_executed, note"
)
APPROVED = f"""
INSERT INTO budget_budgetline (sheet_id, unit_id, region_id, league_id, year_id, round, {COPIED})
SELECT t.id, t.unit_id, t.region_id, t.league_id, t.year_id, t.round,
       {", ".join(f"l.{name}" for name in COPIED.split(", "))}
FROM budget_budgetline l
JOIN budget_budgetsheet s ON s.id = l.sheet_id
JOIN budget_budgetsheet t ON t.unit_id = s.unit_id AND t.year_id = s.year_id AND t.round = 'second_down'
WHERE s.region_id = %(region)s AND s.year_id = %(year)s AND s.round = %(round)s AND s.state = 'accepted'
ORDER BY t.id, l.number
"""  # noqa: S608 - a list of columns


@act
def draw_up_approval(actor: Actor, compilation: Compilation, head: Mapping[str, Any]) -> AuthorityDocument:
    """Draw up the document that issues a compiled budget to the region's own units, and hand it in for approval.

    `head`: number, title, dated, basis (the resolution of the people's congress). Refused when the compiled figures no
    longer tie with the accepted lines, or another approval is under way or posted.
    """
    locked = lock_compilation(compilation.region_id, compilation.year_id, compilation.round)
    require(policies.may_approve(actor, locked))
    refuse_closed_year(locked.year_id)
    if locked.round not in ROUNDS_OF_UNITS:
        raise RuleViolation(_("Units hand nothing in in this round: there is nothing to approve."))
    _refuse_another(locked)
    ledger.open_books(actor, locked.region, locked.year_id)
    document = ledger.draw_up(actor, locked.region, locked.year_id, DocumentKind.APPROVAL, head)
    _fill(locked, document)
    BudgetApproval.objects.create(compilation=locked, document=document)
    evidence.append("budget.approval_drawn_up", locked, actor, document=str(document), total=document.total)
    ledger.submit_document(actor, document)
    return document


def _refuse_another(compilation: Compilation) -> None:
    """One approval a year: whatever round it came from, money is not issued twice."""
    approved = BudgetSheet.objects.filter(
        region=compilation.region_id, year=compilation.year_id, round=BudgetRound.SECOND_DOWN
    )
    if approvals_of(compilation) or approved.exists():  # the round may have been brought in from a file
        raise RuleViolation(
            _("The budget of this year has an approval already: what changes now is an addition or a cut.")
        )


def _fill(compilation: Compilation, document: AuthorityDocument) -> None:
    total = fill_from_round(document, compilation.round)
    with connection.cursor() as cursor:
        cursor.execute(OWN_TOTAL, {"snapshot": compilation.snapshot_id, "region": compilation.region_id})
        frozen = cursor.fetchone()[0]
    if total != frozen:
        raise RuleViolation(
            _("The accepted sheets add up to %(total)s, the compiled figures of the own level to %(frozen)s.")
            % {"total": f"{total:,.2f}", "frozen": f"{frozen:,.2f}"}
        )


def fill_from_round(document: AuthorityDocument, round_: str) -> Decimal:
    """Make the accepted lines of the region's own units in a round the lines of a draft; returns what they add up to."""
    values: dict[str, Any] = {
        "document": document.pk,
        "number": document.number,
        "region": document.region_id,
        "year": document.year_id,
        "round": round_,
    }
    with connection.cursor() as cursor:
        cursor.execute(LINES, values)
        cursor.execute(TOTAL, values)
        document.total = cursor.fetchone()[0]
    return document.total


def follow_approval(actor: Actor, document: AuthorityDocument) -> None:
    """The approval is posted: keep what was approved as the round 二下."""
    approval = BudgetApproval.objects.select_related("compilation__region").filter(document=document).first()
    if approval is None:
        return
    now = timezone.now()
    compilation = approval.compilation
    values: dict[str, Any] = {
        "region": compilation.region_id,
        "year": compilation.year_id,
        "round": compilation.round,
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(SHEETS, values)
        cursor.execute(APPROVED, values)
    BudgetApproval.objects.filter(pk=approval.pk).update(issued_at=now)
    evidence.append(
        "budget.approved",
        compilation,
        actor,
        document=document.number,
        total=document.total,
        round=str(BudgetRound(compilation.round)),
    )
