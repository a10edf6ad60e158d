"""A patch of a sheet as the entry page sends it (JSON), read into what the service takes and what its rows lack."""

import json
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from apps.budget.forms.sheets import LineForm, SheetForm
from apps.budget.models import BudgetSheet
from apps.budget.selectors.entry import WRITTEN, codes_written
from apps.budget.selectors.settings import setting_of
from apps.budget.services.entry import DECLARED, Changes, Declared, LineChange, Removal
from imbudget.kit.errors import RuleViolation

MAX_ROWS = 1000  # the page sends more in several parts


@dataclass(slots=True)
class Patch:
    """What can be saved, and for each row that cannot be: name → field → reasons."""

    version: int
    changes: Changes
    errors: dict[str, dict[str, list[str]]] = field(default_factory=dict)


def read_patch(body: bytes, sheet: BudgetSheet) -> Patch:
    """Read a patch; rows with a bad cell are left out and named. Raises RuleViolation when it is none at all."""
    try:
        data = json.loads(body)
        version, rows, removed = int(data["version"]), list(data.get("rows", ())), list(data.get("removed", ()))
        removals = [Removal(int(gone["pk"]), str(gone["base"])) for gone in removed]
        keys = [(row.get("pk"), str(UUID(row["key"])) if not row.get("pk") else "") for row in rows]
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError) as error:
        raise RuleViolation(_("The page sent something that cannot be read. Load it again.")) from error
    if len(rows) + len(removals) > MAX_ROWS:
        raise RuleViolation(_("The page sent something that cannot be read. Load it again."))
    patch = Patch(version, Changes())
    declared = _declared(data.get(DECLARED), version, patch)
    lines = _lines(rows, keys, sheet, patch)
    patch.changes = Changes(lines, removals, declared)
    return patch


def _lines(rows: list[Any], keys: list[tuple[Any, str]], sheet: BudgetSheet, patch: Patch) -> list[LineChange]:
    form, lines = LineForm({}), []
    form.take_codes(codes_written(sheet.year_id), setting_of(sheet.region_id).function_level_lines)
    for row, (pk, key) in zip(rows, keys, strict=True):
        values = row.get("values") if isinstance(row.get("values"), dict) else {}
        written = {name: str(values.get(name, "")) for name in WRITTEN}
        if form.read({**written, "pk": pk, "base": str(row.get("base", "")), "key": key}):
            after = row.get("after")
            after = None if after is None else str(after)
            lines.append(LineChange(form.as_input(), key, form.cleaned_data["base"], after))
        else:
            patch.errors[str(pk or key)] = {name: [str(text) for text in texts] for name, texts in form.errors.items()}
    return lines


def _declared(given: Any, version: int, patch: Patch) -> Declared | None:
    if not isinstance(given, dict):
        return None
    form = SheetForm(
        {"version": version, DECLARED: str(given.get("value", "")), "declared_base": str(given.get("base", ""))}
    )
    if form.is_valid():
        return form.declared()
    patch.errors[DECLARED] = {name: [str(text) for text in texts] for name, texts in form.errors.items()}
    return None
