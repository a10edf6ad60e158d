"""A form with some fields of its own and the same few for each of its lines, named `line-<key>-<field>`."""

from collections.abc import Iterator, Sequence
from typing import Any

from django import forms


class RowsForm(forms.Form):
    """`fields_of_row` gives a line its fields; `rows` pairs the lines with them for the page, `values` for the service.

    `revision` says which state of the document the person saw.
    """

    revision = forms.IntegerField(widget=forms.HiddenInput)
    row_fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, lines: Sequence[Any], revision: int, **kwargs: Any) -> None:
        initial = {"revision": revision} | kwargs.pop("initial", {})
        super().__init__(*args, initial=initial, **kwargs)
        self.lines = lines
        for line in lines:
            for name, field in self.fields_of_row(line).items():
                field.widget.attrs["aria-label"] = f"{field.label} {line.number}"
                field.initial = self.initial_of(line, name)
                self.fields[self.key(line, name)] = field

    def key(self, line: Any, name: str) -> str:
        """The name of a line's field."""
        return f"line-{line.pk}-{name}"

    def initial_of(self, line: Any, name: str) -> Any:
        return getattr(line, name)

    def fields_of_row(self, line: Any) -> dict[str, forms.Field]:
        raise NotImplementedError

    def head_fields(self) -> list[Any]:
        """The fields that belong to no line."""
        return [field for field in self.visible_fields() if not field.name.startswith("line-")]

    def rows(self) -> Iterator[tuple[Any, dict[str, Any]]]:
        """Each line with its bound fields by name."""
        for line in self.lines:
            yield (
                line,
                {name: self[self.key(line, name)] for name in self.row_fields if self.key(line, name) in self.fields},
            )

    def values(self) -> dict[int, dict[str, Any]]:
        """Key of a line → what was filled in."""
        return {
            line.pk: {
                name: self.cleaned_data[self.key(line, name)]
                for name in self.row_fields
                if self.key(line, name) in self.cleaned_data
            }
            for line in self.lines
        }
