"""Filters of a list: a plain form whose fields say which database lookup they narrow."""

from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet

from imbudget.kit.actor import NOBODY, Actor
from imbudget.kit.pickers import PickerField

FEW = 1000  # rows of a small table whose keys are passed on as a list


class FilterForm(forms.Form):
    """`lookups` maps a field to a database lookup; `setup(actor)` fills choices from the actor's scope.

    A filter named in `resolved` looks across a key into a small table: it becomes one on the keys found there, so
    that the planner knows how many they are.
    """

    lookups: ClassVar[dict[str, str]] = {}
    resolved: ClassVar[frozenset[str]] = frozenset()
    use_required_attribute = False

    def __init__(self, data: Any = None, actor: Actor = NOBODY) -> None:
        super().__init__(data)
        self.actor = actor
        for field in self.fields.values():
            field.required = False
            if isinstance(field, PickerField):
                field.scope(actor)
        self.setup(actor)

    def setup(self, actor: Actor) -> None:
        """Fill in choices that depend on what the actor may see."""

    @property
    def chosen(self) -> dict[str, Any]:
        """The valid values of the filters in use."""
        values = getattr(self, "cleaned_data", {})
        return {name: values[name] for name in self.lookups if values.get(name) not in (None, "")}

    def narrow(self, rows: QuerySet) -> QuerySet:
        """The rows that pass; an invalid filter value is shown as such and narrows nothing."""
        wanted: dict[str, Any] = {}
        for name, value in self.chosen.items():
            wanted |= self._wanted(rows, name, value)
        return rows.filter(**wanted) if wanted else rows

    def related(self, name: str, rows: QuerySet) -> QuerySet:
        """The rows of the small table behind a resolved filter; narrowed where more is known."""
        return rows

    def looked_through(self, rows: QuerySet) -> QuerySet:
        """The rows of a small table that the search box looks through; narrowed where the filters say more."""
        return rows

    def _wanted(self, rows: QuerySet, name: str, value: Any) -> dict[str, Any]:
        lookup = self.lookups[name]
        if name not in self.resolved:
            return {lookup: value}
        relation, _, rest = lookup.partition("__")
        small: Any = rows.model._meta.get_field(relation).related_model
        found = self.related(name, small._default_manager.filter(**{rest: value}).order_by())
        keys = list(found.values_list("pk", flat=True)[: FEW + 1])
        return {lookup: value} if len(keys) > FEW else {f"{relation}__in": keys}
