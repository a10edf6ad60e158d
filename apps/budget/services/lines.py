"""Writing many lines of a sheet in one statement each; a statement a line, or Django's CASE per cell, would be felt."""

from collections.abc import Iterable, Mapping

from django.db import connection

from apps.budget.models import BudgetLine

FIELDS = (
    "id",
    "number",
    "function_id",
    "department_economic_id",
    "government_economic_id",
    "fund_id",
    "kind",
    "project_code",
    "project_name",
    "amount",
    "prior_approved",
    "prior_executed",
    "note",
)
REWRITE = """
UPDATE budget_budgetline l
SET number = n.number, function_id = n.function_id, department_economic_id = n.department_economic_id,
    government_economic_id = n.government_economic_id, fund_id = n.fund_id, kind = n.kind,
    project_code = n.project_code, project_name = n.project_name, amount = n.amount,
    prior_approved = n.prior_approved, prior_executed = n.prior_executed, note = n.note
FROM unnest(%s::bigint[], %s::int[], %s::bigint[], %s::bigint[], %s::bigint[], %s::bigint[], %s::text[], %s::text[],
            %s::text[], %s::numeric[], %s::numeric[], %s::numeric[], %s::text[])
    AS n (id, number, function_id, department_economic_id, government_economic_id, fund_id, kind, project_code,
          project_name, amount, prior_approved, prior_executed, note)
WHERE l.id = n.id
"""
RENUMBER = """
UPDATE budget_budgetline l SET number = n.number
FROM unnest(%s::bigint[], %s::int[]) AS n (id, number) WHERE l.id = n.id
"""


def rewrite(lines: Iterable[BudgetLine]) -> None:
    """Write everything that a person or a derivation puts into these lines."""
    rows = [[getattr(line, name) for name in FIELDS] for line in lines]
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(REWRITE, [list(column) for column in zip(*rows, strict=True)])


def renumber(numbers: Mapping[int, int]) -> None:
    """Give lines (by key) new numbers; they may pass through each other's, the constraint looks at the end."""
    if numbers:
        with connection.cursor() as cursor:
            cursor.execute(RENUMBER, [list(numbers), list(numbers.values())])
