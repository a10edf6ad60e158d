"""Which indicators: of which set and kind, in which year, whose."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from apps.codes.models import FiscalYear
from apps.ledger.filters.authorities import ANY
from apps.performance.models import IndicatorSet
from apps.performance.models.library import LIBRARY_KINDS
from imbudget.kit.actor import Actor
from imbudget.kit.filters import FilterForm

OWNERS = [("shared", _("for all")), ("region", _("of a region")), ("unit", _("of a unit"))]


class LibraryFilter(FilterForm):
    """Indicators of the library."""

    of = forms.ChoiceField(label=_("set of indicators"))
    kind = forms.ChoiceField(label=_("kind of indicator"), choices=[*ANY, *LIBRARY_KINDS])
    year = forms.TypedChoiceField(label=_("year"), coerce=int, empty_value=None)
    owner = forms.ChoiceField(label=_("whose"), choices=[*ANY, *OWNERS])
    core = forms.ChoiceField(label=_("core indicator"), choices=[*ANY, ("1", _("core indicators only"))])
    lookups = {"of": "of_id", "kind": "kind", "year": "valid_from__lte", "owner": "unit", "core": "is_core"}

    def setup(self, actor: Actor) -> None:
        sets = IndicatorSet.objects.filter(is_active=True)
        self.fields["of"].choices = [*ANY, *((str(row.pk), row.name) for row in sets)]
        years = FiscalYear.objects.order_by("-year").values_list("year", flat=True)
        self.fields["year"].choices = [*ANY, *((str(year), str(year)) for year in years)]

    def _wanted(self, rows: QuerySet, name: str, value: Any) -> dict[str, Any]:
        match name, value:
            case "year", year:
                return {"valid_from__lte": year, "valid_to__gte": year}
            case "owner", "shared":
                return {"region": None}
            case "owner", "region":
                return {"region__isnull": False, "unit": None}
            case "owner", _:
                return {"unit__isnull": False}
            case "core", _:
                return {"is_core": True}
        return super()._wanted(rows, name, value)
