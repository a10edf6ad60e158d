"""Acts on the classification of a year."""

from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from apps.codes import policies
from apps.codes.models import Catalog, Code, EconomicDerivation, FiscalYear
from apps.evidence import services as evidence
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.errors import RuleViolation, require
from imbudget.kit.text import name_key


@act
def put_year(actor: Actor, year: int, values: dict[str, Any]) -> FiscalYear:
    """Make or change a fiscal year. Closing one, or opening a closed one, decides what may be changed at all."""
    before = FiscalYear.objects.filter(pk=year).values(*values).first()
    found, _created = FiscalYear.objects.update_or_create(year=year, defaults=values)
    if before != values:
        evidence.append("codes.year_changed", found, actor, **values)
    return found


@act
def put_code(actor: Actor, catalog: str, year: int, code: str, values: dict[str, Any]) -> str:
    """Make or change one code; its parent stops being a leaf."""
    row: Any = Code.objects.filter(catalog=catalog, year_id=year, code=code).first()
    outcome = "same"
    if row is None:
        row, outcome = Code(catalog=catalog, year_id=year, code=code), "created"
    for name, value in values.items():
        if getattr(row, name) != value:
            setattr(row, name, value)
            outcome = "changed" if outcome == "same" else outcome
    if outcome != "same":
        _write_code(row)
    return outcome


@act
def save_code(actor: Actor, code: Code) -> None:
    """Keep a code that a form has filled, in a year that is not closed."""
    require(policies.may_change(actor, code.year))
    _write_code(code)


def _write_code(row: Any) -> None:
    row.search_key = name_key(row.name_zh_hans or "", row.name_mvf or "", row.code, limit=500)
    row.full_clean(exclude=["search_key"])
    row.save()
    if row.parent_id:
        Code.objects.filter(pk=row.parent_id, is_leaf=True).update(is_leaf=False)


@act
def save_derivation(actor: Actor, derivation: EconomicDerivation) -> None:
    """Keep a derivation that a form has filled; both classes are of its year and of their trees."""
    require(policies.may_change(actor, derivation.year))
    for code, catalog in (
        (derivation.department_economic, Catalog.DEPARTMENT_ECONOMIC),
        (derivation.government_economic, Catalog.GOVERNMENT_ECONOMIC),
    ):
        if code.catalog != catalog or code.year_id != derivation.year_id:
            raise RuleViolation(
                _("%(code)s is not a %(catalog)s of %(year)s.")
                % {"code": code, "catalog": catalog.label, "year": derivation.year_id}
            )
    derivation.full_clean()
    derivation.save()


@act
def put_derivation(actor: Actor, department: Code, nature: str, government: Code, values: dict[str, Any]) -> str:
    """Make or change the government class that a department class leads to for one nature of unit."""
    keys = {"year_id": department.year_id, "department_economic": department, "nature": nature}
    wanted = {"government_economic": government, **values}
    row = EconomicDerivation.objects.filter(**keys).first()
    if row is None:
        EconomicDerivation.objects.create(**keys, **wanted)
        return "created"
    if all(getattr(row, name) == value for name, value in wanted.items()):
        return "same"
    for name, value in wanted.items():
        setattr(row, name, value)
    row.save(update_fields=list(wanted))
    return "changed"


@act
def record_import(actor: Actor, what: str, file: str, counts: dict[str, int]) -> None:
    """One evidence record for a whole file of codes."""
    evidence.append("codes.imported", None, actor, what=what, file=file, **counts)


COPY_CODES = """
INSERT INTO codes_code (catalog, year_id, code, name, name_zh_hans, name_mvf, is_leaf, is_standard, is_verified, source,
                        valid_from, valid_to, search_key)
SELECT catalog, %(target)s, code, name, name_zh_hans, name_mvf, is_leaf, is_standard, is_verified, source,
       valid_from, valid_to, search_key
FROM codes_code WHERE year_id = %(source)s
ON CONFLICT ON CONSTRAINT code_once_in_a_year DO NOTHING
"""
COPY_PARENTS = """
UPDATE codes_code c SET parent_id = p.id
FROM codes_code o JOIN codes_code op ON op.id = o.parent_id
JOIN codes_code p ON p.year_id = %(target)s AND p.catalog = op.catalog AND p.code = op.code
WHERE c.year_id = %(target)s AND o.year_id = %(source)s AND o.catalog = c.catalog AND o.code = c.code
  AND c.parent_id IS DISTINCT FROM p.id
"""
COPY_DERIVATIONS = """
INSERT INTO codes_economicderivation (year_id, department_economic_id, nature, government_economic_id, is_verified, source)
SELECT %(target)s, d.id, e.nature, g.id, e.is_verified, e.source
FROM codes_economicderivation e
JOIN codes_code od ON od.id = e.department_economic_id
JOIN codes_code og ON og.id = e.government_economic_id
JOIN codes_code d ON d.year_id = %(target)s AND d.catalog = od.catalog AND d.code = od.code
JOIN codes_code g ON g.year_id = %(target)s AND g.catalog = og.catalog AND g.code = og.code
WHERE e.year_id = %(source)s
ON CONFLICT ON CONSTRAINT one_derivation_each DO NOTHING
"""


@act
def copy_classification(actor: Actor, source: int, target: int) -> int:
    """Begin a year's classification with another year's; what the year has already stays. Returns the new codes."""
    values = {"source": source, "target": target}
    with connection.cursor() as cursor:
        cursor.execute(COPY_CODES, values)
        made = cursor.rowcount
        # Without fresh statistics the planner takes the new rows for none and joins them in nested loops.
        cursor.execute("ANALYZE codes_code, codes_economicderivation")
        cursor.execute(COPY_PARENTS, values)
        cursor.execute(COPY_DERIVATIONS, values)
    record_import(actor, f"{source} → {target}", "", {"created": made})
    return made
