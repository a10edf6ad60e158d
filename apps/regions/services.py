"""Acts on the tree and on units: put in place what a table says, row by row, idempotent."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from apps.evidence import services as evidence
from apps.regions import policies
from apps.regions.models import (
    Department,
    Region,
    RegionCodeChange,
    RegionPhase,
    RegionTag,
    RolloutPhase,
    Unit,
    UnitCodeChange,
)
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.changes import differences, put
from imbudget.kit.errors import RuleViolation, require
from imbudget.kit.text import name_key

LOWEST_LEVEL = 2  # 自治区 0, 盟市 1, 旗县 2
TREE_LOCK = "SELECT pg_advisory_xact_lock(7003)"


def lock_tree() -> None:
    """Concurrent MPTT writes break the tree: every one of them holds this lock to the end of its transaction."""
    with connection.cursor() as cursor:
        cursor.execute(TREE_LOCK)


@act
def put_region(actor: Actor, code: str, values: dict[str, Any], tags: list[str]) -> str:
    """Make or change one region; returns created, changed or same."""
    require(policies.may_keep(actor))
    lock_tree()
    region = Region.objects.filter(code=code).first() or Region(code=code)
    found = [RegionTag.objects.get_or_create(code=tag, defaults={"name": tag})[0] for tag in tags]
    outcome = put(region, values, _write_region)
    if set(region.tags.all()) != set(found):
        region.tags.set(found)
        outcome = outcome if outcome == "created" else "changed"
    return outcome


@act
def save_region(actor: Actor, region: Region, tags: Sequence[RegionTag] | None = None) -> None:
    """Keep a region that a form has filled; the caller has held `lock_tree` since before it read the row."""
    require(policies.may_keep(actor))
    lock_tree()
    changes = differences(region)
    _write_region(region)
    if tags is not None and set(tags) != set(region.tags.all()):
        changes["tags"] = [" ".join(tag.code for tag in rows) for rows in (region.tags.all(), tags)]
        region.tags.set(tags)
    evidence.append("regions.saved", region, actor, what=region._meta.label, changes=changes)


def _write_region(region: Region) -> None:
    before = Region.objects.filter(pk=region.pk).values_list("parent_id", flat=True)
    if region.pk and before[0] != region.parent_id and (region.children.exists() or region.units.exists()):
        raise RuleViolation(
            _("%(region)s has lower regions or budget units. Moving it is a reorganisation, not a correction.")
            % {"region": region}
        )
    _refuse_report_aside(region)
    if region.parent is not None and region.parent.level >= LOWEST_LEVEL:  # its officers would not be seen above
        raise RuleViolation(
            _("%(upper)s is a banner or county: no region stands below one.") % {"upper": region.parent}
        )
    region.search_key = _key(region)
    region.full_clean(exclude=["league", "search_key"])
    region.save()
    _set_league(region)


def _refuse_report_aside(region: Region) -> None:
    """A report goes up: only who stands above in the tree sees it and can answer it, and circles never close."""
    above, upper = region.parent, region.reports_to
    while upper is not None and above is not None and above.pk != upper.pk:
        above = above.parent
    if upper is not None and above is None:
        raise RuleViolation(
            _("%(region)s cannot report to %(upper)s, which does not stand above it.")
            % {"region": region, "upper": upper}
        )


def _set_league(region: Region) -> None:
    region.refresh_from_db()
    league = region if region.level <= 1 else region.get_ancestors().get(level=1)
    if region.league_id != league.pk:
        Region.objects.filter(pk=region.pk).update(league=league)
        region.league = league


@act
def put_department(actor: Actor, region: Region, code: str, values: dict[str, Any]) -> str:
    """Make or change one department of a region."""
    require(policies.may_keep(actor))
    row = Department.objects.filter(region=region, code=code).first() or Department(region=region, code=code)
    return put(row, values, _write_department)


@act
def save_department(actor: Actor, department: Department) -> None:
    """Keep a department that a form has filled."""
    require(policies.may_keep(actor))
    changes = differences(department)
    _write_department(department)
    evidence.append("regions.saved", department, actor, what=department._meta.label, changes=changes)


def _write_department(department: Department) -> None:
    upper = department.parent
    while upper is not None:
        if upper.pk == department.pk or upper.region_id != department.region_id:
            raise RuleViolation(_("The upper department must be another one of the same region."))
        upper = upper.parent
    stray = Unit.objects.filter(department=department.pk).exclude(region=department.region_id).first()
    if stray is not None:
        raise RuleViolation(
            _("%(unit)s belongs to %(region)s. Moving a unit to another region is a reorganisation, not an import.")
            % {"unit": stray, "region": stray.region}
        )
    department.full_clean()
    department.save()


@act
def put_unit(actor: Actor, credit_code: str, values: dict[str, Any]) -> str:
    """Make or change one budget unit; the unified social credit code is what stays the same for life."""
    require(policies.may_keep(actor))
    return put(
        Unit.objects.filter(credit_code=credit_code).first() or Unit(credit_code=credit_code), values, _write_unit
    )


@act
def save_unit(actor: Actor, unit: Unit) -> None:
    """Keep a budget unit that a form has filled."""
    require(policies.may_keep(actor))
    changes = differences(unit, private=("phone",))
    _write_unit(unit)
    evidence.append("regions.saved", unit, actor, what=unit._meta.label, changes=changes)


def _write_unit(unit: Unit) -> None:
    before: Any = Unit.objects.select_related("region").filter(pk=unit.pk).first()
    if before is not None and before.region_id != unit.region_id:
        raise RuleViolation(
            _("%(unit)s belongs to %(region)s. Moving a unit to another region is a reorganisation, not an import.")
            % {"unit": unit, "region": before.region}
        )
    if unit.department.region_id != unit.region_id:  # else the department's reviewer would see into another region
        raise RuleViolation(
            _("There is no department with the code %(code)s in this region.") % {"code": unit.department.code}
        )
    unit.league_id = unit.region.league_id
    unit.search_key = _key(unit)
    unit.full_clean(exclude=["league", "search_key"])
    unit.save()
    if before is not None and before.code != unit.code:
        UnitCodeChange.objects.get_or_create(
            unit=unit, old_code=before.code, defaults={"old_name": before.name_zh_hans}
        )


@act
def put_old_code(
    actor: Actor, region: Region, old_code: str, old_name: str, valid_to: date | None, document: str
) -> None:
    """Remember an old code of a region."""
    require(policies.may_keep(actor))
    RegionCodeChange.objects.update_or_create(
        region=region, old_code=old_code, defaults={"old_name": old_name, "valid_to": valid_to, "document": document}
    )


@act
def save_detail(actor: Actor, row: RegionTag | RegionCodeChange | UnitCodeChange) -> None:
    """Keep a tag or an old code that a form has filled."""
    require(policies.may_keep(actor))
    changes = differences(row)
    row.full_clean()
    row.save()
    evidence.append("regions.saved", row, actor, what=row._meta.label, changes=changes)


@act
def delete_detail(actor: Actor, row: RegionCodeChange | UnitCodeChange) -> None:
    """Delete an old code that was entered by mistake."""
    require(policies.may_keep(actor))
    evidence.append("regions.deleted", row, actor, what=row._meta.label, old_code=row.old_code, old_name=row.old_name)
    row.delete()


def _key(row: Any) -> str:
    others = (getattr(row, "name_mvf", "") or "", row.code, getattr(row, "credit_code", ""))
    return name_key(row.name_zh_hans or "", *others, limit=row._meta.get_field("search_key").max_length)


@act
def renew_search_keys(actor: Actor) -> int:
    """Make the search keys of all regions and units anew, after rows came in by SQL. Returns how many were wrong."""
    wrong = 0
    for model in (Region, Unit):
        fields = {field.name for field in model._meta.get_fields()}
        names = {"name_zh_hans", "name_mvf", "code", "credit_code", "search_key"} & fields
        rows = [row for row in model._base_manager.only(*names) if row.search_key != _key(row)]
        for row in rows:
            row.search_key = _key(row)
        model._base_manager.bulk_update(rows, ["search_key"], batch_size=2000)
        wrong += len(rows)
    return wrong


@act
def record_import(actor: Actor, what: str, file: str, counts: dict[str, int]) -> None:
    """One evidence record for a whole file of master data."""
    evidence.append("regions.imported", None, actor, what=what, file=file, **counts)


@act
def save_phase(actor: Actor, phase: RolloutPhase) -> None:
    """Keep a phase of the roll-out that a form has filled: what it opens is open or closed at once where it is in force."""
    require(policies.may_roll_out(actor))
    changes = differences(phase)
    phase.full_clean()
    phase.save()
    evidence.append("regions.phase_saved", phase, actor, changes=changes)


@act
def put_phase(actor: Actor, number: int, values: dict[str, Any]) -> str:
    """Make or change a phase of the roll-out; returns created, changed or same."""
    require(policies.may_roll_out(actor))
    return put(RolloutPhase.objects.filter(number=number).first() or RolloutPhase(number=number), values)


@act
def switch_on(
    actor: Actor, regions: Sequence[Region], phase: RolloutPhase, since: date, basis: str = ""
) -> list[RegionPhase]:
    """Let regions enter a phase on a day: from then on its modules are open there, and below where no row stands.

    A day that has passed may be named (the switch is written down late), but none before the last row of the region.
    """
    require(policies.may_roll_out(actor))
    made = []
    for region in Region.objects.select_for_update(of=("self",)).filter(pk__in=[one.pk for one in regions]):
        later = RegionPhase.objects.filter(region=region, since__gte=since).order_by("-since").first()
        if later is not None:
            raise RuleViolation(
                _("%(region)s enters “%(phase)s” on %(day)s: the next phase begins after that day.")
                % {"region": region, "phase": later.phase, "day": later.since.isoformat()}
            )
        row = RegionPhase(region=region, phase=phase, since=since, basis=basis)
        row.full_clean(exclude=["league"])
        row.save()
        evidence.append(
            "regions.switched_on",
            row,
            actor,
            region=region.code,
            phase=phase.number,
            since=since.isoformat(),
            modules=phase.modules,
        )
        made.append(row)
    return made


@act
def take_back_switch(actor: Actor, row: RegionPhase) -> None:
    """Take back what was to begin on a day that has not come; what is in force stays, another phase follows it."""
    require(policies.may_roll_out(actor))
    if row.has_begun:
        raise RuleViolation(
            _("%(region)s is in this phase since %(day)s. Let it enter another phase instead.")
            % {"region": row.region, "day": row.since.isoformat()}
        )
    facts = {"region": row.region.code, "phase": row.phase.number, "since": row.since.isoformat()}
    evidence.append("regions.switch_taken_back", row, actor, **facts)
    row.delete()
