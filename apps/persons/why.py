"""Why personal data is held, on which basis and how long: read from the classes of the fields, the one place that says it.

`kit.classification` gives each field its purpose, `fixtures/security/purposes.csv` each purpose its words, basis and period;
what an app does away with earlier (`registry.retention`) is told with the days that are set now.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from apps.persons.models import Period
from apps.persons.retention import Ending
from imbudget.kit import classification, registry
from imbudget.kit.classification import Level, Purpose
from imbudget.kit.personal import Holding


@dataclass(frozen=True, slots=True)
class Why:
    """In words of the reader's language."""

    purpose: str
    basis: str
    period: str


def purposes_of(holding: Holding) -> list[Purpose]:
    """The purposes of the holding's values, each once."""
    classes = classification.classes_of(holding.model)
    found = [classes[item.name].purpose for item in holding.items if item.name in classes]
    return list(dict.fromkeys(purpose for purpose in found if purpose is not None))


def why(holding: Holding, days: dict[str, int] | None = None) -> Why:
    """Why the values of a holding are held; `days` are the periods that are set, where they have been read already."""
    days = set_days() if days is None else days
    purposes = purposes_of(holding)
    table = holding.model._meta.label_lower
    earlier = [_earlier(key, ending, days) for key, ending in registry.retention.items() if ending.table == table]
    return Why(
        _joined(purpose.name for purpose in purposes),
        _joined(purpose.basis for purpose in purposes),
        _joined([*map(period_of, purposes), *earlier]),
    )


def why_of(purpose: Purpose) -> Why:
    """The same of one purpose."""
    return Why(purpose.name, purpose.basis, period_of(purpose))


def period_of(purpose: Purpose) -> str:
    """How long what serves a purpose is kept."""
    if not purpose.months:
        return _("as long as the duty lasts")
    if purpose.months % 12 == 0:
        return _("%(count)s years (from: %(since)s)") % {"count": purpose.months // 12, "since": purpose.since}
    return _("%(count)s months (from: %(since)s)") % {"count": purpose.months, "since": purpose.since}


def set_days() -> dict[str, int]:
    """The periods that the clock carries out: kind of data → days."""
    return dict(Period.objects.filter(is_active=True).values_list("key", "days"))


def longest_days(ending: Ending) -> int:
    """How long data of this kind may be kept at most: its purpose says it."""
    return classification.purposes()[ending.purpose].months * 31


def other_purposes() -> list[tuple[Purpose, list[Any]]]:
    """Every purpose that no holding tells of, with the tables in which something is kept for it."""
    told = {purpose.code for _label, holding in registry.personal_data.items() for purpose in purposes_of(holding)}
    return [(classification.purposes()[code], list(tables)) for code, tables in _tables() if code not in told]


@lru_cache(maxsize=1)
def _tables() -> tuple[tuple[str, tuple[Any, ...]], ...]:
    found: dict[str, list[Any]] = {}
    for level in (Level.PERSONAL, Level.SENSITIVE):
        for meta, fields in classification.listed(level):
            for code in {one.purpose.code for _field, one in fields if one.purpose}:
                tables = found.setdefault(code, [])
                if meta.verbose_name_plural not in tables:
                    tables.append(meta.verbose_name_plural)
    return tuple((code, tuple(found[code])) for code in classification.purposes() if code in found)


def _earlier(key: str, ending: Ending, days: dict[str, int]) -> str:
    words = {"kind": ending.label, "what": ending.what, "days": days.get(key, ending.days)}
    return _("%(kind)s: after %(days)s days %(what)s") % words


def _joined(texts: Iterable[str]) -> str:
    return pgettext("list", "; ").join(dict.fromkeys(texts))
