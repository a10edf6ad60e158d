"""Acts on the base tables: staff categories, head counts of units, expenditure standards."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from apps.budget import policies
from apps.budget.models import AssetStandard, ExpenditureStandard, StaffCategory, StaffCount
from apps.budget.services.locks import refuse_closed_year, refuse_unknown_year
from apps.codes.models import Catalog, Code
from apps.evidence import services as evidence
from apps.regions.models import Unit
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.changes import differences, put
from imbudget.kit.errors import RuleViolation, require

BaseRow = StaffCategory | ExpenditureStandard | AssetStandard


@act
def set_staff_counts(
    actor: Actor, unit: Unit, year: int, counts: Mapping[int, int | None], as_of: date, source: str = ""
) -> int:
    """Write down the head counts of a unit by category; None takes a category out. Gives how many have changed."""
    require(policies.may_keep_staff(actor))
    return write_counts(actor, unit, year, counts, as_of, source)


def write_counts(
    actor: Actor, unit: Unit, year: int, counts: Mapping[int, int | None], as_of: date, source: str
) -> int:
    """The same as part of the act that has settled who may."""
    refuse_unknown_year(year)
    refuse_closed_year(year)
    if as_of > timezone.localdate():
        raise RuleViolation(_("People are counted on a day that has been, not on one to come."))
    held = {
        row.category_id: row for row in StaffCount.objects.filter(unit=unit, year=year).select_for_update(of=("self",))
    }
    changes: dict[str, list[str]] = {}
    for category in StaffCategory.objects.filter(pk__in=list(counts)):
        row, count = held.get(category.pk), counts[category.pk]
        before = "" if row is None else str(row.people)
        if not _put_count(row, count, unit, year, category, as_of, source):
            continue
        changes[category.code] = [before, "" if count is None else str(count)]
    if changes:
        evidence.append("budget.staff_saved", unit, actor, year=year, as_of=as_of.isoformat(), changes=changes)
    return len(changes)


def _put_count(  # noqa: PLR0913 - the parts of one row
    row: StaffCount | None,
    count: int | None,
    unit: Unit,
    year: int,
    category: StaffCategory,
    as_of: date,
    source: str,
) -> bool:
    """Whether anything of the row changed."""
    if count is None:
        if row is not None:
            row.delete()
        return row is not None
    if row is not None and (row.people, row.as_of, row.source) == (count, as_of, source):
        return False
    row = row or StaffCount(unit=unit, region_id=unit.region_id, year_id=year, category=category)
    row.people, row.as_of, row.source = count, as_of, source
    row.full_clean(exclude=["region", "league"])
    row.save()
    return True


@act
def save_base_row(actor: Actor, row: BaseRow) -> None:
    """Keep a category or a standard of assets that a form has filled; standards of expenditure go through approval."""
    require(policies.may_keep_base_row(actor, type(row)))
    changes = differences(row)
    _write(row)
    evidence.append("budget.standard_saved", row, actor, what=row._meta.label, changes=changes)


def write_standard(actor: Actor, standard: ExpenditureStandard) -> None:
    """Write a standard as part of the act that has settled who may."""
    changes = differences(standard)
    _write(standard)
    evidence.append("budget.standard_saved", standard, actor, what=standard._meta.label, changes=changes)


@act
def put_staff_category(actor: Actor, code: str, values: dict[str, Any]) -> str:
    """Make or change a staff category; returns created, changed or same."""
    require(policies.may_keep_settings(actor))
    return put(StaffCategory.objects.filter(code=code).first() or StaffCategory(code=code), values, _write)


@act
def put_standard(actor: Actor, key: dict[str, Any], values: dict[str, Any]) -> str:
    """Make or change the standard of a region, class, category and nature from a year on."""
    require(policies.may_keep_settings(actor))
    return put(ExpenditureStandard.objects.filter(**key).first() or ExpenditureStandard(**key), values, _write)


@act
def put_asset_standard(actor: Actor, key: dict[str, Any], values: dict[str, Any]) -> str:
    """Make or change the standard of a region, item and nature from a year on."""
    require(policies.may_keep_settings(actor))
    return put(AssetStandard.objects.filter(**key).first() or AssetStandard(**key), values, _write)


@act
def record_base_import(actor: Actor, what: str, file: str, counts: dict[str, int]) -> None:
    """One evidence record for a whole file of a base table."""
    evidence.append("budget.base_imported", None, actor, what=what, file=file, **counts)


def _write(row: BaseRow) -> None:
    if isinstance(row, ExpenditureStandard):
        refuse_unknown_class(row)
    row.full_clean()
    row.save()


def refuse_unknown_class(row: ExpenditureStandard) -> None:
    """Raise RuleViolation unless the class is one of the last level in some year of the standard."""
    years = {"year_id__gte": row.valid_from, "year_id__lte": row.valid_to}
    codes = Code.objects.filter(catalog=Catalog.DEPARTMENT_ECONOMIC, code=row.economic, is_leaf=True, **years)
    if not codes.exists():
        raise RuleViolation(
            _("%(code)s is not a department economic class of the last level in these years.") % {"code": row.economic}
        )
