"""Saving part of a sheet while others may save it too: a patch of lines, checked line by line against what its writer saw."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from uuid import NAMESPACE_OID, UUID, uuid5

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.budget import policies
from apps.budget.models import BudgetLine, BudgetSheet, EnteredLine
from apps.budget.models.sheet import kind_of
from apps.budget.selectors.entry import WRITTEN, EntryRow, LastChange, entry_rows, last_changes, plain, stamp_of
from apps.budget.services.lines import renumber, rewrite
from apps.budget.services.locks import lock_sheet, refuse_closed_year
from apps.budget.services.sheets import LineInput, filled
from apps.codes.models import Code
from apps.codes.selectors import derive_government_economic
from apps.evidence import services as evidence
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.errors import RuleViolation, require

KEYS_KEPT = timedelta(days=30)
DECLARED = "declared_total"  # the key of a conflict about the sheet's declared total


@dataclass(frozen=True, slots=True)
class LineChange:
    """A line as someone wrote it.

    `base` is the stamp of what they had before them ("" for a new line), `key` the id that their page gave to a new
    line, `after` the line it stands behind: a pk or a key as text, "" for the head of the sheet, None for its end.
    """

    line: LineInput
    key: str = ""
    base: str = ""
    after: str | None = None

    @property
    def name(self) -> str:
        return str(self.line.pk) if self.line.pk else self.key


@dataclass(frozen=True, slots=True)
class Removal:
    """A line that someone deleted; `base` is the stamp of what they had before them."""

    pk: int
    base: str

    @property
    def name(self) -> str:
        return str(self.pk)


@dataclass(frozen=True, slots=True)
class Declared:
    """The declared total as someone wrote it, and as text what stood there before."""

    value: Decimal | None
    base: str


@dataclass(frozen=True, slots=True)
class Changes:
    """A patch of a sheet: only what was touched."""

    lines: Sequence[LineChange] = ()
    removed: Sequence[Removal] = ()
    declared: Declared | None = None


@dataclass(frozen=True, slots=True)
class Conflict:
    """A line that two people changed: what each of them wrote; None means deleted. `stamp` names theirs."""

    name: str
    mine: dict[str, str] | None
    theirs: dict[str, str] | None
    stamp: str = ""
    number: int | None = None
    change: LastChange | None = None


class SaveConflict(RuleViolation):
    """Someone else changed the same lines since; nothing was written."""

    def __init__(self, conflicts: list[Conflict], version: int) -> None:
        super().__init__(_("The same lines were changed elsewhere since you opened the sheet. Nothing was saved yet."))
        self.conflicts = conflicts
        self.version = version


@dataclass(slots=True)
class SaveResult:
    """What a save did: the new version, the written lines by the names they had in the patch, and the sheet's total."""

    version: int
    merged: bool
    total: Decimal = Decimal(0)
    written: int = 0
    rows: dict[str, EntryRow] = field(default_factory=dict)


@dataclass(slots=True)
class _Plan:
    """The patch held against the lines as they are now."""

    new: list[LineChange] = field(default_factory=list)
    changed: dict[int, LineChange] = field(default_factory=dict)
    gone: set[int] = field(default_factory=set)
    names: dict[str, int] = field(default_factory=dict)  # name in the patch → line
    conflicts: list[Conflict] = field(default_factory=list)


@act
def save_changes(actor: Actor, sheet: BudgetSheet, version: int, changes: Changes) -> SaveResult:
    """Write the touched lines of a sheet; lines that others changed meanwhile stay theirs.

    A patch that is sent again writes nothing twice, one that names a line twice is refused. Raises SaveConflict when somebody else changed one of the same
    lines since it was read; the result is `merged` when they changed others.
    """
    require(policies.may_enter(actor, sheet))
    refuse_closed_year(sheet.year_id)
    lock_sheet(sheet)
    require(policies.may_enter(actor, sheet))  # the sheet may have been handed in while we waited for it
    plan = _plan(sheet, changes)
    if plan.conflicts:
        raise SaveConflict(_with_authors(sheet, plan.conflicts), sheet.version)
    result = SaveResult(sheet.version, merged=sheet.version != version)
    result.written = len(plan.new) + len(plan.changed) + len(plan.gone)
    declared = changes.declared is not None and changes.declared.value != sheet.declared_total
    if result.written or declared:
        _write(sheet, plan)
        result.version = _next_version(actor, sheet, plan, changes.declared if declared else None)
    found = {row.pk: row for row in entry_rows(sheet, plan.names.values())}
    result.rows = {name: found[pk] for name, pk in plan.names.items() if pk in found}
    result.total = BudgetSheet.objects.values_list("total", flat=True).get(pk=sheet.pk)
    return result


def resolve(changes: Changes, choices: Mapping[str, tuple[bool, str]]) -> Changes:
    """The patch after its writer has chosen: name → (mine stays, stamp of theirs); a line that is gone is written anew."""

    def settled(change: LineChange) -> LineChange:
        _mine, stamp = choices.get(change.name, (True, change.base))
        if change.name not in choices or stamp:
            return replace(change, base=stamp)
        # The same key however often the choice is sent.
        key = str(uuid5(NAMESPACE_OID, f"again {change.name}"))
        return replace(change, base="", key=key, line=replace(change.line, pk=None))

    def stays(name: str) -> bool:
        return choices.get(name, (True, ""))[0]

    declared = changes.declared
    if declared and DECLARED in choices:
        mine, stamp = choices[DECLARED]
        declared = replace(declared, base=stamp) if mine else None
    return Changes(
        [settled(change) for change in changes.lines if stays(change.name)],
        [
            replace(gone, base=choices.get(gone.name, (True, gone.base))[1])
            for gone in changes.removed
            if stays(gone.name)
        ],
        declared,
    )


def values_of(line: LineInput) -> dict[str, str]:
    """A written line as the entry page shows it, to compare it with one that is kept."""
    kind = line.kind or kind_of(line.project_code, line.project_name)
    values = {name: getattr(line, name) for name in WRITTEN} | {"kind": kind}
    return {name: plain(value.code if isinstance(value, Code) else value) for name, value in values.items()}


def _refuse_named_twice(changes: Changes) -> None:
    """No page writes a line twice in one patch, or writes and deletes it: which of the two is meant cannot be said."""
    names = [change.name for change in changes.lines if change.name] + [gone.name for gone in changes.removed]
    if len(set(names)) < len(names):
        raise RuleViolation(_("The page sent something that cannot be read. Load it again."))


def _plan(sheet: BudgetSheet, changes: Changes) -> _Plan:
    _refuse_named_twice(changes)
    plan, known = _Plan(), _known(sheet, changes)
    wanted = {change.line.pk for change in changes.lines if change.line.pk} | {gone.pk for gone in changes.removed}
    lines = {row.pk: row for row in entry_rows(sheet, wanted | {entered.line_id for entered in known.values()})}
    for change in changes.lines:
        entered = known.get(change.key) if not change.line.pk else None
        pk, base = (entered.line_id, change.base or entered.stamp) if entered else (change.line.pk, change.base)
        _place(plan, change, pk, base, lines.get(pk) if pk else None)
    for removal in changes.removed:
        row = lines.get(removal.pk)
        if row is not None and row.stamp != removal.base:
            plan.conflicts.append(Conflict(removal.name, None, row.values, row.stamp, row.number))
        elif row is not None:
            plan.gone.add(row.pk)
    declared, now = changes.declared, plain(sheet.declared_total)
    if declared and now not in {declared.base, plain(declared.value)}:
        mine, theirs = {DECLARED: plain(declared.value)}, {DECLARED: now}
        plan.conflicts.append(Conflict(DECLARED, mine, theirs, now))
    return plan


def _place(plan: _Plan, change: LineChange, pk: int | None, base: str, row: EntryRow | None) -> None:
    """Settle one change: new, written already, free to write, or in conflict."""
    mine = values_of(change.line)
    if pk is None:
        plan.new.append(change)
        return
    plan.names[change.name] = pk
    if row is None:
        plan.conflicts.append(Conflict(change.name, mine, None))
    elif stamp_of(mine) in {base, row.stamp}:
        return  # the writer changed nothing, or it is written already
    elif row.stamp == base:
        plan.changed[pk] = change
    else:
        plan.conflicts.append(Conflict(change.name, mine, row.values, row.stamp, row.number))


def _known(sheet: BudgetSheet, changes: Changes) -> dict[str, EnteredLine]:
    """New lines of the patch that were written before, by their keys."""
    keys = [change.key for change in changes.lines if change.key and not change.line.pk]
    found = EnteredLine.objects.filter(sheet=sheet, key__in=keys) if keys else []
    return {str(entered.key): entered for entered in found}


def _with_authors(sheet: BudgetSheet, conflicts: list[Conflict]) -> list[Conflict]:
    authors = last_changes(sheet, [int(conflict.name) for conflict in conflicts if conflict.name.isdecimal()])
    return [
        replace(conflict, change=authors.get(int(conflict.name))) if conflict.name.isdecimal() else conflict
        for conflict in conflicts
    ]


def _write(sheet: BudgetSheet, plan: _Plan) -> None:
    derived = derive_government_economic(sheet.year_id, sheet.unit.nature)
    numbers = dict(sheet.lines.order_by("number").values_list("pk", "number"))
    places = _places([str(pk) for pk in numbers if pk not in plan.gone], plan.new)
    if plan.gone:
        sheet.lines.filter(pk__in=plan.gone).delete()
    renumber({pk: places[str(pk)] for pk, old in numbers.items() if places.get(str(pk), old) != old})
    if plan.changed:
        rows = BudgetLine.objects.in_bulk(plan.changed)
        for pk, change in plan.changed.items():
            filled(rows[pk], sheet, change.line, places[str(pk)], derived)
        rewrite(rows.values())
        again = [(change, pk) for pk, change in plan.changed.items() if not change.line.pk]
        if again:
            _remember(sheet, again)
    if plan.new:
        _write_new(sheet, plan, places, derived)


def _write_new(sheet: BudgetSheet, plan: _Plan, places: dict[str, int], derived: dict[int, int]) -> None:
    tokens = [_token(number, change) for number, change in enumerate(plan.new)]
    lines = [
        filled(BudgetLine(sheet=sheet), sheet, change.line, places[token], derived)
        for token, change in zip(tokens, plan.new, strict=True)
    ]
    BudgetLine.objects.bulk_create(lines, batch_size=500)
    plan.names |= {change.name: line.pk for change, line in zip(plan.new, lines, strict=True) if change.name}
    _remember(sheet, [(change, line.pk) for change, line in zip(plan.new, lines, strict=True) if change.key])


def _remember(sheet: BudgetSheet, written: list[tuple[LineChange, int]]) -> None:
    """Keep what was written under keys of pages, in case they never hear of it and send more."""
    EnteredLine.objects.filter(sheet=sheet, created_at__lt=timezone.now() - KEYS_KEPT).delete()
    entered = [
        EnteredLine(sheet=sheet, key=UUID(change.key), line_id=pk, stamp=stamp_of(values_of(change.line)))
        for change, pk in written
    ]
    EnteredLine.objects.bulk_create(
        entered, update_conflicts=True, unique_fields=["sheet", "key"], update_fields=["line_id", "stamp"]
    )


def _token(number: int, change: LineChange) -> str:
    return change.key or f"new {number}"


def _places(order: list[str], new: Sequence[LineChange]) -> dict[str, int]:
    """Token of each line → its number: the lines that stay in their order, each new one behind the one it names."""
    known = set(order)
    for number, change in enumerate(new):
        token = _token(number, change)
        if change.after == "":
            order.insert(0, token)
        elif change.after in known and change.after != order[-1]:
            order.insert(order.index(change.after) + 1, token)
        else:
            order.append(token)
        known.add(token)
    return {token: number for number, token in enumerate(order, 1)}


def _next_version(actor: Actor, sheet: BudgetSheet, plan: _Plan, declared: Declared | None) -> int:
    values = {"declared_total": declared.value} if declared else {}
    BudgetSheet.objects.filter(pk=sheet.pk).update(version=F("version") + 1, updated_at=timezone.now(), **values)
    sheet.version += 1
    counts = {"added": len(plan.new), "changed": len(plan.changed), "deleted": len(plan.gone)}
    evidence.append("budget.lines_saved", sheet, actor, version=sheet.version, **counts)
    return sheet.version
