"""Filters of the list of notices."""

from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.notices import kinds
from imbudget.kit.actor import Actor
from imbudget.kit.filters import FilterForm

ANY = ("", "—")


class NoticeFilters(FilterForm):
    lookups: ClassVar[dict[str, str]] = {"state": "read_at__isnull", "kind": "kind"}

    state = forms.TypedChoiceField(
        label=_("read or unread"),
        choices=[ANY, ("unread", _("unread")), ("read", _("read"))],
        coerce=lambda state: state == "unread",
        empty_value=None,
    )
    kind = forms.ChoiceField(label=_("kind of notice"))

    def setup(self, actor: Actor) -> None:
        self.fields["kind"].choices = [ANY, *kinds.choices()]
