"""Filters of a list: a plain form whose fields say which database lookup they narrow."""

from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet

from imbudget.kit.actor import NOBODY, Actor


class FilterForm(forms.Form):
    """`lookups` maps a field to a database lookup; `setup(actor)` fills choices from the actor's scope."""

    lookups: ClassVar[dict[str, str]] = {}
    use_required_attribute = False

    def __init__(self, data: Any = None, actor: Actor = NOBODY) -> None:
        super().__init__(data)
        self.actor = actor
        for field in self.fields.values():
            field.required = False
        self.setup(actor)

    def setup(self, actor: Actor) -> None:
        """Fill in choices that depend on what the actor may see."""

    def narrow(self, rows: QuerySet) -> QuerySet:
        """The rows that pass; an invalid filter value is shown as such and narrows nothing."""
        chosen = getattr(self, "cleaned_data", {})
        wanted = {lookup: chosen[name] for name, lookup in self.lookups.items() if chosen.get(name) not in (None, "")}
        return rows.filter(**wanted) if wanted else rows
