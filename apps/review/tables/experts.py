"""The list of the expert pool."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from apps.review.expertfacts import level_label
from apps.review.models import Language
from apps.review.selectors.pool import fields_of
from imbudget.kit.tables import Column, Table


def _languages(codes: list[str] | None) -> str:
    labels = dict(Language.choices)
    return "、".join(str(labels.get(code, code)) for code in codes or ())


def _fields(experts: Sequence[int]) -> dict[int, str]:
    return {pk: "、".join(names) for pk, names in fields_of(experts).items()}


class ExpertTable(Table):
    columns = (
        Column("name", _("name of the person"), link=True, sort="name"),
        Column("title_rank", _("rank of the title"), sort="title_rank"),
        Column("title", _("professional title")),
        Column("employer", _("employer"), sort="employer"),
        Column("fields", _("fields of expertise"), many=_fields),
        Column("level", _("level of the pool"), reads=("level",), of=level_label, sort="level"),
        Column("languages", _("languages"), reads=("languages",), of=_languages),
        Column("region", _("region"), path="region.name"),
        Column("state", _("state"), kind="state", sort="state"),
        Column("admitted_at", _("admitted at"), kind="date"),
        Column("updated_at", _("updated at"), kind="date", sort="updated_at"),
        Column("source", _("came by"), optional=True),
        Column("employer_unit", _("employer as a budget unit"), path="employer_unit.name", optional=True),
        Column("state_reason", _("reason of the state"), optional=True),
        Column("created_at", _("created at"), kind="date", optional=True),
    )
    default_sort = "-updated_at"
    search = ("search_key",)
