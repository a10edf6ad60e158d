"""Publishing: figures are added up once, frozen, and stand before the public until they are replaced or withdrawn."""

from typing import Any

from django.db import connection, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.budget.selectors.approvals import issued_approval
from apps.codes.models import FiscalYear
from apps.evidence import services as evidence
from apps.performance import policies
from apps.performance.models import Disclosure, DisclosureState
from apps.performance.selectors.disclosures import digest_of
from apps.performance.services.money import BALANCES, WORDS
from apps.performance.transitions import DISCLOSURE
from apps.projects.models import ProjectKind
from apps.regions.models import Region
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.errors import RuleViolation, require
from imbudget.kit.transitions import advance

# Approved: what the approval gave its own units, as it stands in the document. After adjustments and executed: the executable
# authority of the year, with what its end cleared away: it was budget of this year. What goes to lower levels is in their own
# books, not here.
LINES = f"""
WITH sums AS (
    SELECT l.function_id, l.government_economic_id, l.fund_id, l.amount AS approved, 0::numeric AS adjusted, 0::numeric AS executed
    FROM ledger_documentline l
    WHERE l.document_id = %(document)s AND l.receiving_region_id IS NULL
    UNION ALL
    SELECT a.function_id, a.government_economic_id, a.fund_id, 0, b.amount + b.increased - b.decreased + c.amount, b.spent
    FROM {BALANCES}
    WHERE a.region_id = %(region)s AND a.year_id = %(year)s AND a.state = %(executable)s
)
INSERT INTO performance_disclosedline (disclosure_id, function, function_name, function_mvf, economic, economic_name,
    economic_mvf, fund, fund_name, fund_mvf, approved, adjusted, executed)
SELECT %(disclosure)s, coalesce(f.code, ''), coalesce(max(f.name_zh_hans), ''), coalesce(max(f.name_mvf), ''),
    coalesce(g.code, ''), coalesce(max(g.name_zh_hans), ''), coalesce(max(g.name_mvf), ''),
    coalesce(k.code, ''), coalesce(max(k.name_zh_hans), ''), coalesce(max(k.name_mvf), ''),
    sum(s.approved), sum(s.adjusted), sum(s.executed)
FROM sums s
LEFT JOIN codes_code f ON f.id = s.function_id
LEFT JOIN codes_code g ON g.id = s.government_economic_id
LEFT JOIN codes_code k ON k.id = s.fund_id
GROUP BY f.code, g.code, k.code
HAVING sum(s.approved) <> 0 OR sum(s.adjusted) <> 0 OR sum(s.executed) <> 0
"""  # noqa: S608 - constants
# Settled results alone: what may still change is not published.
RESULTS = """
INSERT INTO performance_disclosedresult (disclosure_id, department, department_name, department_mvf, grade, projects, mean,
    budget, executed)
SELECT %(disclosure)s, d.code, max(d.name_zh_hans), coalesce(max(d.name_mvf), ''), y.grade, count(*), round(avg(y.score), 2),
    sum(y.budget), sum(y.executed)
FROM performance_projectyear y
JOIN regions_department d ON d.id = y.department_id
WHERE y.region_id = %(region)s AND y.year_id = %(year)s AND y.state = 'settled' AND y.score IS NOT NULL AND y.grade <> ''
GROUP BY d.code, y.grade
"""
# By name only what is a project in the sense of 财预〔2020〕10号 (no staff and no running costs by standard) and has money in the year;
# its result where it is settled. Who is responsible, telephones and accounts are not read. A unit may write a number of a person into
# a name all the same: runs of digits as long as those of telephones, identity cards and accounts are struck out.
PROJECTS = """
INSERT INTO performance_disclosedproject (disclosure_id, number, code, name, department, department_name, department_mvf,
    unit, unit_name, unit_mvf, category, category_name, category_mvf, budget, executed, score, grade)
SELECT %(disclosure)s, row_number() OVER (ORDER BY d.code, u.code, p.code), p.code,
    regexp_replace(p.name, '[0-9０-９]([ -]?[0-9０-９]){10,}[XxＸ]?', '***', 'g'),
    d.code, d.name_zh_hans, coalesce(d.name_mvf, ''), u.code, u.name_zh_hans, coalesce(u.name_mvf, ''),
    coalesce(c.code, ''), coalesce(c.name_zh_hans, ''), coalesce(c.name_mvf, ''), y.budget, y.executed,
    CASE WHEN y.state = 'settled' AND y.grade <> '' THEN y.score END,
    CASE WHEN y.state = 'settled' AND y.score IS NOT NULL THEN y.grade ELSE '' END
FROM performance_projectyear y
JOIN projects_project p ON p.id = y.project_id
JOIN regions_department d ON d.id = y.department_id
JOIN regions_unit u ON u.id = y.unit_id
LEFT JOIN projects_projectcategory c ON c.id = y.category_id
WHERE y.region_id = %(region)s AND y.year_id = %(year)s AND p.kind = ANY (%(kinds)s)
    AND (y.budget <> 0 OR y.executed <> 0 OR (y.state = 'settled' AND y.score IS NOT NULL AND y.grade <> ''))
"""
# Kinds of projects that are named.
NAMED = [ProjectKind.OPERATION.value, ProjectKind.TARGET.value]
TOTALS = """
UPDATE performance_disclosure SET
    approved = (SELECT coalesce(sum(approved), 0) FROM performance_disclosedline WHERE disclosure_id = %(disclosure)s),
    adjusted = (SELECT coalesce(sum(adjusted), 0) FROM performance_disclosedline WHERE disclosure_id = %(disclosure)s),
    executed = (SELECT coalesce(sum(executed), 0) FROM performance_disclosedline WHERE disclosure_id = %(disclosure)s),
    scored = (SELECT coalesce(sum(projects), 0) FROM performance_disclosedresult WHERE disclosure_id = %(disclosure)s)
WHERE id = %(disclosure)s
"""


@act
def publish_figures(actor: Actor, region: Region, year: FiscalYear) -> Disclosure:
    """Put the region's budget, its execution and its settled results before the public, in place of what stood there.

    RuleViolation as long as the budget of the year is not approved: drafts are not published (预算法 第十四条).
    """
    require(policies.may_publish(actor, region.pk))
    Region.objects.select_for_update(of=("self",)).get(pk=region.pk)  # two at once: one after the other
    approval = issued_approval(region.pk, year.pk)
    if approval is None:
        text = _("The budget of %(year)s has not been approved: nothing of it can be published.")
        raise RuleViolation(text % {"year": year.pk})
    before = Disclosure.objects.filter(region=region, year=year)
    now, number = timezone.now(), (before.aggregate(last=Max("number"))["last"] or 0) + 1
    for old in before.filter(state=DisclosureState.PUBLISHED):
        advance(DISCLOSURE, old, "replace", changed_at=now)
    source = " ".join(filter(None, (approval.document.number, approval.document.title)))[:200]
    made = Disclosure.objects.create(
        region=region, year=year, number=number, source=source, as_of=now, changed_at=now,
        publisher_id=actor.user_id, state=DisclosureState.PUBLISHED,
    )  # fmt: skip
    _freeze(made, approval.document.pk)
    evidence.append(
        "performance.figures_published", made, actor, year=year.pk, number=number, approved=str(made.approved),
        executed=str(made.executed), results=made.scored, digest=made.digest,
    )  # fmt: skip
    return made


def _freeze(made: Disclosure, document: int) -> None:
    values: dict[str, Any] = {
        **WORDS,
        "disclosure": made.pk,
        "document": document,
        "region": made.region_id,
        "year": made.year_id,
        "kinds": NAMED,
    }
    with connection.cursor() as cursor:
        for statement in (LINES, RESULTS, PROJECTS, TOTALS):
            cursor.execute(statement, values)
    made.refresh_from_db(fields=["approved", "adjusted", "executed", "scored"])
    made.digest = digest_of(made)
    made.save(update_fields=["digest"])


@act
def withdraw_figures(actor: Actor, disclosure: Disclosure, reason: str) -> None:
    """Take published figures off the public pages; they and the reason are kept."""
    require(policies.may_withdraw_figures(actor, disclosure))
    with transaction.atomic():
        advance(DISCLOSURE, disclosure, "withdraw", withdrawal=reason, changed_at=timezone.now())
        evidence.append("performance.figures_withdrawn", disclosure, actor, reason=reason, digest=disclosure.digest)
