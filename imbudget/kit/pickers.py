"""One row out of many: a field that looks its choices up while one types, and a search page where no script runs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from imbudget.kit.actor import NOBODY, Actor


@dataclass(frozen=True, slots=True)
class Source:
    """Where choices come from: `route` names the address that answers, `rows(actor)` what may be chosen.

    A `tree` is opened level by level as long as nothing is typed.
    """

    route: str
    rows: Callable[[Actor], Any]
    tree: bool = False


class PickerWidget(forms.Widget):
    """The chosen row's name, and behind it its key."""

    template_name = "kit/_picker.html"

    def __init__(self, source: Source) -> None:
        super().__init__()
        self.source, self.label = source, ""

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        attrs = self.build_attrs(self.attrs, attrs)
        return picker_context(self.source.route, name, value, self.label, attrs.get("id", ""), tree=self.source.tree)


class PickerField(forms.Field):
    """The key of one row that the actor may see; `scope(actor)` comes before `clean`."""

    def __init__(self, source: Source, **kwargs: Any) -> None:
        super().__init__(widget=PickerWidget(source), **kwargs)
        self.source, self.actor = source, NOBODY

    def scope(self, actor: Actor) -> None:
        self.actor = actor

    def clean(self, value: Any) -> int | None:
        if value in self.empty_values:
            return super().clean(None)
        text = str(value)
        known = text.isascii() and text.isdecimal() and len(text) < 10
        row = self.source.rows(self.actor).filter(pk=int(text)).first() if known else None
        if row is None:
            raise ValidationError(_("Choose a row of the list."))
        self.widget.label = str(row)
        return row.pk


def picker_context(  # noqa: PLR0913 - the parts of one field
    route: str, name: str, value: Any, label: str, field_id: str, *, tree: bool = False, required: bool = False
) -> dict[str, Any]:
    """What kit/_picker.html needs."""
    return {
        "route": route,
        "name": name,
        "value": "" if value is None else value,
        "label": label,
        "field_id": field_id,
        "tree": tree,
        "required": required,
    }
