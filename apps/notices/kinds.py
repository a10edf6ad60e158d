"""Kinds of notice: a template and a label each, registered by the apps that send them; worded when they are read."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext

from imbudget.kit.registry import Shelf

DIGEST = "notices.digest"


@dataclass(frozen=True, slots=True)
class Kind:
    """`template` is a lazy message with named places (%(document)s); `label` names the kind in the filter."""

    template: str | Promise
    label: str | Promise


class Word(str):
    """A param that is itself a message of the catalogue, and is translated for the reader."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Named:
    """A param that people have named in both languages; each reader gets theirs, the Chinese one where there is no other."""

    zh: str
    mn: str = ""


class _Given(dict[str, str]):
    """Params of an old notice whose template has got a new place since."""

    def __missing__(self, key: str) -> str:
        return "…"


_kinds: Shelf[Kind] = Shelf("kinds of notice")


def register(kind: str, template: str | Promise, label: str | Promise) -> None:
    """Make a kind known; called from AppConfig.ready()."""
    if kind not in _kinds:  # an app made ready twice
        _kinds.add(kind, Kind(template, label))


def word(label: str | Promise) -> Word:
    """A lazy label (of a role, a state, a kind) as a param that each reader gets in their own language."""
    with translation.override(None):
        return Word(label)


def kept(kind: str, params: Mapping[str, Any]) -> dict[str, Any]:
    """The params as a notice keeps them. Raises ValueError for a kind nobody registered or a place left empty."""
    if kind not in _kinds:
        raise ValueError(f"{kind} is not a kind of notice: register it in the app's AppConfig.ready()")
    try:
        str(_kinds.get(kind).template) % params
    except KeyError as error:
        raise ValueError(f"a notice {kind} needs the param {error.args[0]}") from error
    return {name: _kept(value) for name, value in params.items()}


def _kept(value: Any) -> Any:
    if isinstance(value, Named):
        return {"zh": value.zh, "mn": value.mn}
    return {"msgid": str(value)} if isinstance(value, Word) else str(value)


def text_of(kind: str, params: Mapping[str, Any]) -> str:
    """A notice in the language in force; one of a removed kind shows the kind's name."""
    if "lines" in params:
        return "\n".join(text_of(line["kind"], line["params"]) for line in params["lines"])
    if kind not in _kinds:
        return kind
    return str(_kinds.get(kind).template) % _Given({name: _shown(value) for name, value in params.items()})


def label_of(kind: str) -> str:
    """The kind's name in the language in force."""
    return str(_kinds.get(kind).label) if kind in _kinds else kind


def choices() -> list[tuple[str, str]]:
    """Every kind with its label, for a filter."""
    return sorted(((kind, str(known.label)) for kind, known in _kinds.items()), key=lambda pair: pair[1])


def _shown(value: Any) -> str:
    if not isinstance(value, dict):
        return str(value)
    if "zh" in value:
        is_mongolian = (translation.get_language() or "").startswith("mvf")
        return str(value["mn"] if is_mongolian and value["mn"] else value["zh"])
    message = value["msgid"]  # apart: written inside gettext() the key itself would be collected as a message
    return gettext(message)
