"""The library of indicators: sets and indicators as files bring them, additions, adaptations, versions by year."""

from collections.abc import Collection, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from apps.evidence import services as evidence
from apps.performance import goalpolicies as policies
from apps.performance.models import IndicatorSet, LibraryIndicator, SetCategory
from apps.performance.models.scheme import OPEN_END
from apps.projects.models import ProjectCategory
from apps.regions.models import Region, Unit
from imbudget.kit.actor import Actor, Reach
from imbudget.kit.acts import act
from imbudget.kit.changes import differences, put, would_change
from imbudget.kit.errors import RuleViolation, require
from imbudget.kit.text import name_key

COPIED = (
    *("of", "code", "kind", "content_zh_hans", "content_mvf", "formula_zh_hans", "formula_mvf", "nature", "value"),
    *("measure", "points", "scoring_zh_hans", "scoring_mvf", "source", "basis", "is_core"),
)


@act
def put_set(
    actor: Actor,
    code: str,
    values: Mapping[str, Any],
    categories: list[ProjectCategory],
    kept: Collection[int] = frozenset(),
) -> str:
    """Make or change a set and the categories it is made for; returns created, changed or same.

    Sets in `kept` are left as they are: kept, where these values are others.
    """
    require(policies.may_load(actor))
    row = IndicatorSet.objects.filter(code=code).first() or IndicatorSet(code=code)
    if row.pk in kept:
        return "kept" if would_change(row, values) else "same"
    outcome = put(row, values)
    moved = _bind(row, categories)
    return "changed" if outcome == "same" and moved else outcome


def _bind(row: IndicatorSet, categories: list[ProjectCategory]) -> bool:
    wanted = {category.pk for category in categories}
    present = set(SetCategory.objects.filter(of=row).values_list("category_id", flat=True))
    SetCategory.objects.filter(of=row, category__in=present - wanted).delete()
    SetCategory.objects.bulk_create(SetCategory(of=row, category_id=pk) for pk in sorted(wanted - present))
    return wanted != present


@act
def put_indicator(
    actor: Actor, key: Mapping[str, Any], values: Mapping[str, Any], kept: Collection[int] = frozenset()
) -> str:
    """Make or change an indicator of code, region and first year that no unit owns; returns created, changed or same.

    Indicators in `kept` are left as they are: kept, where these values are others.
    """
    require(policies.may_load(actor))
    row = LibraryIndicator.objects.filter(**key, unit=None).first() or LibraryIndicator(**key)
    if row.pk in kept:
        return "kept" if would_change(row, values) else "same"
    return put(row, values, _write)


@act
def save_row(actor: Actor, row: IndicatorSet | LibraryIndicator) -> None:
    """Keep what the administration's form has filled."""
    require(policies.may_load(actor))
    changes = differences(row)
    if isinstance(row, LibraryIndicator):
        _write(row)
    else:
        row.full_clean()
        row.save()
    evidence.append("performance.library_saved", row, actor, changes=changes)


@act
def record_import(actor: Actor, what: str, file: str, counts: Mapping[str, int]) -> None:
    """One evidence record for a whole file."""
    evidence.append("performance.library_loaded", None, actor, what=what, file=file, **counts)


@act
def add_indicator(actor: Actor, indicator: LibraryIndicator) -> LibraryIndicator:
    """Put an indicator that a form has filled into the library: of the actor's region, or of the actor's unit.

    It gets a code of its own. Raises RuleViolation for a kind that no application states where a unit adds it.
    """
    require(policies.may_add(actor))
    return _own(actor, indicator)


@act
def adapt_indicator(actor: Actor, source: LibraryIndicator, values: Mapping[str, Any]) -> LibraryIndicator:
    """Make a copy of one's own under the same code, in words and figures of one's own; the original stays as it is.

    RuleViolation where the owner has adapted this code from that year already.
    """
    require(policies.may_adapt(actor, source))
    copy = LibraryIndicator(adapted_from=source, **{name: getattr(source, name) for name in COPIED})
    copy.valid_from, copy.valid_to = source.valid_from, source.valid_to
    _take(copy, values)
    return _own(actor, copy)


def _own(actor: Actor, row: LibraryIndicator) -> LibraryIndicator:
    if actor.reach == Reach.UNITS:
        row.unit = Unit.objects.get(pk=actor.unit_ids[0])
        row.region_id = row.unit.region_id
    else:
        row.region = Region.objects.get(pk=actor.region_id)
    if row.unit is not None and not row.is_stated:
        raise RuleViolation(_("Applications state no indicators of decision and process."))
    row.code = row.code or _next_code(row)
    _write_own(row)
    owner = row.unit or row.region
    evidence.append("performance.indicator_added", row, actor, code=row.code, owner=str(owner), name=row.content)
    return row


def _next_code(row: LibraryIndicator) -> str:
    """U or Q (区) with the code of the owner and a number: it never meets the code of a file."""
    owner = f"U{row.unit.code}" if row.unit else f"Q{row.region.code}"  # type: ignore[union-attr]
    taken = LibraryIndicator.objects.filter(code__startswith=f"{owner}-").count()
    return f"{owner}-{taken + 1:03d}"[:30]


@act
def renew_indicator(
    actor: Actor, indicator: LibraryIndicator, year: int, values: Mapping[str, Any]
) -> LibraryIndicator:
    """A new version from a year on: it ends the old one with the year before, which stays for the years it counted in.

    RuleViolation where the year does not lie after the first one of the old version, or that has ended before.
    """
    require(policies.may_change(actor, indicator))
    old = LibraryIndicator.objects.select_for_update(of=("self",)).get(pk=indicator.pk)
    if not old.valid_from < year <= old.valid_to:
        text = _("A new version begins after %(first)s and not after %(last)s.")
        raise RuleViolation(text % {"first": old.valid_from, "last": old.valid_to})
    new = LibraryIndicator(**{name: getattr(old, name) for name in COPIED})
    new.region_id, new.unit_id, new.adapted_from_id = old.region_id, old.unit_id, old.adapted_from_id
    new.valid_from, new.valid_to = year, old.valid_to
    old.valid_to = year - 1
    old.save(update_fields=["valid_to"])
    _take(new, values)
    _write_own(new)
    evidence.append("performance.indicator_renewed", new, actor, code=new.code, year=year, replaces=old.pk)
    return new


@act
def end_indicator(actor: Actor, indicator: LibraryIndicator, year: int) -> None:
    """The last year in which it is offered; applications that have taken it keep it."""
    require(policies.may_change(actor, indicator))
    if not indicator.valid_from <= year < OPEN_END:
        raise RuleViolation(
            _("The last year does not lie before the first one: %(year)s.") % {"year": indicator.valid_from}
        )
    indicator.valid_to = year
    _write_own(indicator)
    evidence.append("performance.indicator_ended", indicator, actor, code=indicator.code, year=year)


def _take(row: LibraryIndicator, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        setattr(row, name, value)


def _write_own(row: LibraryIndicator) -> None:
    """Written from a page, which says in words what does not fit."""
    try:
        _write(row)
    except ValidationError as wrong:
        raise RuleViolation(" ".join(wrong.messages)) from wrong


def _write(row: LibraryIndicator) -> None:
    row.search_key = name_key(row.content_zh_hans or "", row.code, row.content_mvf or "", limit=1000)  # type: ignore[attr-defined]
    row.full_clean()
    row.save()
