"""What an upper level demands of the forms below it: locked fields are there, and ask for no less than above."""

from collections.abc import Iterator
from dataclasses import replace

from django.utils.translation import gettext as _

from apps.lowcode.errors import DefinitionError
from apps.lowcode.schema.fields import Field, FieldType, FormSchema

STRICTNESS = {"ordinary": 0, "personal": 1, "sensitive": 2}
# What a lower level may not change at all; bounds, being required and the data class may only become stricter.
FIXED = ("type", "label", "pattern", "shown_if", "choices", "expression", "catalog", "weight", "low", "high")


def loosened(upper: FormSchema, lower: FormSchema) -> list[DefinitionError]:
    """What of the upper form's locked fields is missing or loosened in the lower form."""
    places = {field.key: f"fields[{index}]" for index, field in enumerate(lower)}
    found = []
    for field in upper:
        if not field.locked:
            continue
        own = lower.field(field.key)
        if own is None:
            text = _("The upper level demands the field “%(label)s” (%(key)s).")
            found.append(DefinitionError("fields", text % {"label": field.label, "key": field.key}))
        else:
            found += _compare(field, own, places[field.key])
    return found


def _compare(upper: Field, lower: Field, path: str) -> Iterator[DefinitionError]:
    for name in FIXED:
        if getattr(upper, name) != getattr(lower, name) and not _same_source(upper, lower, name):
            yield DefinitionError(f"{path}.{name}", _("The upper level has locked this; it cannot be changed here."))
    if upper.required and not lower.required:
        yield DefinitionError(f"{path}.required", _("The upper level demands an answer here."))
    if not lower.locked:
        yield DefinitionError(f"{path}.locked", _("What the upper level has locked stays locked below."))
    if STRICTNESS[lower.data_class] < STRICTNESS[upper.data_class]:
        yield DefinitionError(f"{path}.data_class", _("The upper level protects these data more strictly."))
    yield from _bounds(upper, lower, path)
    yield from _columns(upper, lower, path)


def _bounds(upper: Field, lower: Field, path: str) -> Iterator[DefinitionError]:
    """Bounds become stricter only; the full mark of a score stays."""
    if upper.least is not None and (lower.least is None or lower.least < upper.least):
        yield DefinitionError(f"{path}.min", _("The upper level demands at least %(bound)s.") % {"bound": upper.least})
    if upper.type == FieldType.SCORE and lower.most != upper.most:
        yield DefinitionError(f"{path}.max", _("The upper level has locked this; it cannot be changed here."))
    elif upper.most is not None and (lower.most is None or lower.most > upper.most):
        yield DefinitionError(f"{path}.max", _("The upper level allows at most %(bound)s.") % {"bound": upper.most})


def _columns(upper: Field, lower: Field, path: str) -> Iterator[DefinitionError]:
    """Every column of a locked table stays as if it were locked itself; others may stand beside it."""
    places = {column.key: f"{path}.columns[{index}]" for index, column in enumerate(lower.columns)}
    for column in upper.columns:
        own = lower.column(column.key)
        if own is None:
            text = _("The upper level demands the column “%(label)s” (%(key)s).")
            yield DefinitionError(f"{path}.columns", text % {"label": column.label, "key": column.key})
        else:
            yield from _compare(column, replace(own, locked=True), places[column.key])


def _same_source(upper: Field, lower: Field, name: str) -> bool:
    """Patterns hold functions, which are equal only to themselves: what was written is compared."""
    if name != "pattern" or upper.pattern is None or lower.pattern is None:
        return False
    return upper.pattern.source == lower.pattern.source
