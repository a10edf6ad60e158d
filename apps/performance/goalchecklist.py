"""The check list of target tables: every check with its words and what a rule may set about it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise
WORDS = frozenset({"words"})  # parameters that are words with blanks between; the others are numbers


@dataclass(frozen=True, slots=True)
class Item:
    """One check. `parameters` are the ones that a rule may set, with their defaults; words come with the rules alone."""

    code: str
    label: Text
    parameters: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


def _set(**parameters: str) -> Mapping[str, str]:
    return MappingProxyType(parameters)


CHECKLIST: tuple[Item, ...] = (
    Item("goals.output", _("Indicators of output are stated"), _set(least="1")),
    Item("goals.benefit", _("Indicators of benefit are stated"), _set(least="1")),
    Item("goals.satisfaction", _("Who is served is asked for satisfaction"), _set(words="")),
    Item("goals.cost", _("Indicators of cost are stated where they have points"), _set(least="1")),
    Item("goals.core", _("Core indicators of the category are stated")),
    Item("goals.weights", _("Weights are given for all or none and add up"), _set(tolerance="0")),
    Item("goals.groups", _("Weights of each first-level indicator are those of the scheme"), _set(tolerance="0")),
    Item("goals.wording", _("Indicators can be measured"), _set(words="")),
    Item("goals.quantified", _("Most indicators are numbers"), _set(least="50")),
    Item("goals.percent", _("Per cent is not typed as a share of one"), _set(most="1")),
    Item("goals.zero", _("Targets are not zero")),
    Item("goals.doubled", _("No indicator stands there twice")),
    Item("goals.history", _("Targets are near those of last year"), _set(most="30")),
    Item("goals.comments", _("Comments on goals are settled")),
)
ITEMS = {item.code: item for item in CHECKLIST}
