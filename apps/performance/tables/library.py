"""The list of indicators of the library."""

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.performance.models.library import LABELS
from apps.performance.models.scheme import OPEN_END
from apps.projects.models import IndicatorNature
from imbudget.kit.tables import Column, Table

SIGNS = {nature.label for nature in (IndicatorNature.AT_LEAST, IndicatorNature.AT_MOST, IndicatorNature.EQUAL)}


def _usual(nature: Any, value: Any, measure: Any) -> str:
    sign = nature if nature in SIGNS else ""  # a list reads choices as their labels
    return f"{sign}{value}{measure}" if value else str(measure)


def _kind(kind: Any) -> str:
    return str(LABELS.get(kind, kind))


def _mark(value: Any) -> str:
    return gettext("yes") if value else ""


def _years(first: Any, last: Any) -> str:
    return f"{first}–" if last == OPEN_END else f"{first}–{last}"


class LibraryTable(Table):
    columns = (
        Column("code", _("code"), kind="code", sort="code"),
        Column("content", _("indicator"), link=True),
        Column("kind", _("kind of indicator"), reads=("kind",), of=_kind),
        Column("usual", _("usual target"), reads=("nature", "value", "measure"), of=_usual),
        Column("formula", _("formula")),
        Column("source", _("source of the value")),
        Column("is_core", _("core indicator"), reads=("is_core",), of=_mark),
        Column("of", _("set of indicators"), path="of.name"),
        Column("years", _("years"), reads=("valid_from", "valid_to"), of=_years),
        Column("region", _("region"), path="region.name", optional=True),
        Column("unit", _("budget unit"), path="unit.name", optional=True),
        Column("scoring", _("scoring rule"), optional=True),
        Column("basis", _("basis"), optional=True),
        Column("is_verified", _("verified"), reads=("is_verified",), of=_mark, optional=True),
    )
    default_sort = "code"
    search = ("search_key",)
