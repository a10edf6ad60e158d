"""Filters of documents and of books."""

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.ledger.filters.authorities import ANY, YearFilter
from apps.ledger.models import BooksState, DocumentKind, DocumentState


class DocumentFilter(YearFilter):
    """Which documents: of a kind, in a state, of a region with those below it, of a unit."""

    kind = forms.ChoiceField(label=_("kind of document"), choices=ANY + list(DocumentKind.choices))
    state = forms.ChoiceField(label=_("state"), choices=ANY + list(DocumentState.choices))
    lookups = {**YearFilter.lookups, "kind": "kind", "state": "state"}


class BooksFilter(YearFilter):
    state = forms.ChoiceField(label=_("state"), choices=ANY + list(BooksState.choices))
    unit = None  # books are a region's
    lookups = {"year": "year_id", "region": "region", "state": "state"}
