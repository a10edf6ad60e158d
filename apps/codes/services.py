"""Acts on the classification of a year, and on the calendar."""

from datetime import date
from typing import Any

from django.db import connection, models
from django.utils.translation import gettext as _

from apps.codes import policies
from apps.codes.models import CalendarDay, Catalog, Code, EconomicDerivation, FiscalYear, FundRule, WatchedCode
from apps.evidence import services as evidence
from apps.regions.models import Region
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.changes import differences
from imbudget.kit.errors import RuleViolation, require
from imbudget.kit.text import name_key


@act
def put_year(actor: Actor, year: int, values: dict[str, Any]) -> FiscalYear:
    """Make or change a fiscal year. Closing one, or opening a closed one, decides what may be changed at all."""
    require(policies.may_keep_years(actor))
    before = FiscalYear.objects.filter(pk=year).values(*values).first()
    found, _created = FiscalYear.objects.update_or_create(year=year, defaults=values)
    if before != values:
        evidence.append("codes.year_changed", found, actor, **values)
    return found


@act
def put_code(actor: Actor, catalog: str, year: int, code: str, values: dict[str, Any]) -> str:
    """Make or change one code; its parent stops being a leaf."""
    require(policies.may_load(actor, FiscalYear.objects.get(pk=year)))
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
    changes = differences(code)
    _write_code(code)
    evidence.append("codes.saved", code, actor, what=code._meta.label, changes=changes)


def _write_code(row: Any) -> None:
    _refuse_stray_upper(row)
    row.search_key = name_key(row.name_zh_hans or "", row.name_mvf or "", row.code, limit=500)
    row.full_clean(exclude=["search_key"])
    row.save()
    if row.parent_id:
        Code.objects.filter(pk=row.parent_id, is_leaf=True).update(is_leaf=False)


def _refuse_stray_upper(row: Code) -> None:
    """An upper code is one of the same tree and year, and the beginning of the code."""
    upper = row.parent
    if upper is None:
        return
    same_tree = upper.catalog == row.catalog and upper.year_id == row.year_id
    if not same_tree or not row.code.startswith(upper.code) or upper.code == row.code:
        raise RuleViolation(_("The upper code must belong to the same classification and year and begin the code."))


def _refuse_stray(code: Code, catalog: Catalog, year: int) -> None:
    if code.catalog != catalog or code.year_id != year:
        raise RuleViolation(
            _("%(code)s is not a %(catalog)s of %(year)s.") % {"code": code, "catalog": catalog.label, "year": year}
        )


# Rules between codes: the trees that each of its references must belong to.
Rule = EconomicDerivation | WatchedCode | FundRule
TREES: dict[type[models.Model], dict[str, Catalog]] = {
    EconomicDerivation: {
        "department_economic": Catalog.DEPARTMENT_ECONOMIC,
        "government_economic": Catalog.GOVERNMENT_ECONOMIC,
    },
    WatchedCode: {"code": Catalog.DEPARTMENT_ECONOMIC},
    FundRule: {"function": Catalog.FUNCTION, "fund": Catalog.FUND},
}


@act
def save_rule(actor: Actor, row: Rule) -> None:
    """Keep a derivation, watched code or fund rule that a form has filled; its codes are of its year and trees."""
    require(policies.may_change(actor, row.year))
    changes = differences(row)
    _write_rule(row)
    evidence.append("codes.saved", row, actor, what=row._meta.label, changes=changes)


@act
def delete_rule(actor: Actor, row: Rule) -> None:
    """Delete a derivation, watched code or fund rule of a year that is not closed; its history stays."""
    require(policies.may_change(actor, row.year))
    evidence.append("codes.deleted", row, actor, what=row._meta.label, year=row.year_id)
    row.delete()


def _write_rule(row: Rule) -> None:
    for name, catalog in TREES[type(row)].items():
        _refuse_stray(getattr(row, name), catalog, row.year_id)
    row.full_clean()
    row.save()


def _put_rule(actor: Actor, year: FiscalYear, row: Rule, values: dict[str, Any]) -> str:
    require(policies.may_load(actor, year))
    changed = [name for name, value in values.items() if getattr(row, name, None) != value]
    if row.pk is not None and not changed:
        return "same"
    outcome = "created" if row.pk is None else "changed"
    for name in changed:
        setattr(row, name, values[name])
    _write_rule(row)
    return outcome


@act
def put_derivation(actor: Actor, department: Code, nature: str, government: Code, values: dict[str, Any]) -> str:
    """Make or change the government class that a department class leads to for one nature of unit."""
    keys = {"year": department.year, "department_economic": department, "nature": nature}
    row = EconomicDerivation.objects.filter(**keys).select_related("government_economic").first()
    wanted = {"government_economic": government, **values}
    return _put_rule(actor, department.year, row or EconomicDerivation(**keys), wanted)


@act
def put_watched(actor: Actor, code: Code, item: str, values: dict[str, Any]) -> str:
    """Watch a department class as part of an item, or change which item it belongs to."""
    row = WatchedCode.objects.filter(code=code).first() or WatchedCode(year=code.year, code=code)
    return _put_rule(actor, code.year, row, {"item": item, **values})


@act
def put_fund_rule(actor: Actor, function: Code, fund: Code, values: dict[str, Any]) -> str:
    """Let expenditure under a function take money under this fund type only (or under others that have a rule)."""
    keys = {"year": function.year, "function": function, "fund": fund}
    row = FundRule.objects.filter(function=function, fund=fund).first() or FundRule(**keys)
    return _put_rule(actor, function.year, row, values)


@act
def put_calendar_day(actor: Actor, day: date, region: Region | None, values: dict[str, Any]) -> str:
    """Make or change what the calendar says of a day, everywhere or in one region."""
    require(policies.may_keep_calendar(actor))
    row = CalendarDay.objects.filter(day=day, region=region).first() or CalendarDay(day=day, region=region)
    changed = [name for name, value in values.items() if getattr(row, name) != value]
    if row.pk is not None and not changed:
        return "same"
    outcome = "created" if row.pk is None else "changed"
    for name in changed:
        setattr(row, name, values[name])
    row.full_clean()
    row.save()
    return outcome


@act
def save_calendar_day(actor: Actor, row: CalendarDay) -> None:
    """Keep a calendar day that a form has filled. Deadlines already set stay as they are."""
    require(policies.may_keep_calendar(actor))
    changes = differences(row)
    row.full_clean()
    row.save()
    evidence.append("codes.saved", row, actor, what=row._meta.label, changes=changes)


@act
def delete_calendar_day(actor: Actor, row: CalendarDay) -> None:
    """Delete what the calendar says of a day, which then follows the rule of the week; its history stays."""
    require(policies.may_keep_calendar(actor))
    evidence.append("codes.deleted", row, actor, what=row._meta.label, day=str(row.day))
    row.delete()


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
COPY_WATCHED = """
INSERT INTO codes_watchedcode (year_id, code_id, item, is_verified, source)
SELECT %(target)s, c.id, w.item, w.is_verified, w.source
FROM codes_watchedcode w
JOIN codes_code o ON o.id = w.code_id
JOIN codes_code c ON c.year_id = %(target)s AND c.catalog = o.catalog AND c.code = o.code
WHERE w.year_id = %(source)s
ON CONFLICT ON CONSTRAINT code_watched_once DO NOTHING
"""
COPY_FUND_RULES = """
INSERT INTO codes_fundrule (year_id, function_id, fund_id, is_verified, source)
SELECT %(target)s, c.id, f.id, r.is_verified, r.source
FROM codes_fundrule r
JOIN codes_code oc ON oc.id = r.function_id
JOIN codes_code og ON og.id = r.fund_id
JOIN codes_code c ON c.year_id = %(target)s AND c.catalog = oc.catalog AND c.code = oc.code
JOIN codes_code f ON f.year_id = %(target)s AND f.catalog = og.catalog AND f.code = og.code
WHERE r.year_id = %(source)s
ON CONFLICT ON CONSTRAINT fund_rule_once DO NOTHING
"""


@act
def copy_classification(actor: Actor, source: int, target: int) -> int:
    """Begin a year's classification with another year's; what the year has already stays. Returns the new codes."""
    require(policies.may_load(actor, FiscalYear.objects.get(pk=target)))
    values = {"source": source, "target": target}
    with connection.cursor() as cursor:
        cursor.execute(COPY_CODES, values)
        made = cursor.rowcount
        # Without fresh statistics the planner takes the new rows for none and joins them in nested loops.
        cursor.execute("ANALYZE codes_code, codes_economicderivation")
        cursor.execute(COPY_PARENTS, values)
        for statement in (COPY_DERIVATIONS, COPY_WATCHED, COPY_FUND_RULES):
            cursor.execute(statement, values)
    record_import(actor, f"{source} → {target}", "", {"created": made})
    return made
