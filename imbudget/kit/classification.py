"""What kind of data each field of the database is (数据安全法 21, 个人信息保护法 6, 28, 51), as data that a test holds complete.

    classes_of(Household)["id_number"]  -> Classified(level=SENSITIVE, purpose=Purpose("subsidy", …), clear="")
    personal_fields(Household)          -> only the personal and the sensitive ones, with purpose, basis and period
    problems()                          -> sentences: fields without a class, rows without a field, …; [] when all is well
    unclassified()                      -> model label -> names of its fields that have no class yet

`fixtures/security/classification/<app>.csv` has a row for fields of one model that share class and purpose; `model` is the label,
`fields` their names with blanks between. A history has the classes of what it is the history of, and its own fields those of
`history.csv`. `fixtures/security/purposes.csv` says what each purpose is, on which basis, and how long it is kept.
This module is pure: it reads files and the registry of models, never the database.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.utils.translation import get_language, pgettext_lazy

from imbudget.kit.fields import BlindIndexField, EncryptedTextField, SealedBytesField

HISTORY = "history"  # the label under which the own fields of histories are classified


class Level(StrEnum):
    """一般, 重要, 个人, 敏感个人."""

    ORDINARY = "ordinary"
    IMPORTANT = "important"
    PERSONAL = "personal"
    SENSITIVE = "sensitive"

    @property
    def is_personal(self) -> bool:
        return self in (Level.PERSONAL, Level.SENSITIVE)

    @property
    def label(self) -> Any:
        return LABELS[self]


LABELS = {
    Level.ORDINARY: pgettext_lazy("class of data", "ordinary"),
    Level.IMPORTANT: pgettext_lazy("class of data", "important"),
    Level.PERSONAL: pgettext_lazy("class of data", "personal"),
    Level.SENSITIVE: pgettext_lazy("class of data", "sensitive personal"),
}


@dataclass(frozen=True, slots=True)
class Purpose:
    """Why personal data is held: in words, on which basis, for how many months after what (0: as long as the duty lasts)."""

    code: str
    names: tuple[str, str]
    bases: tuple[str, str]
    months: int
    begins: tuple[str, str]

    @property
    def name(self) -> str:
        return self.names[_place()]

    @property
    def basis(self) -> str:
        return self.bases[_place()]

    @property
    def since(self) -> str:
        """From when the months are counted."""
        return self.begins[_place()]


@dataclass(frozen=True, slots=True)
class Classified:
    """The class of one field; `clear` is the reason why a sensitive one does not lie encrypted in its column."""

    level: Level
    purpose: Purpose | None = None
    clear: str = ""


def _place() -> int:
    """Which of the two languages the reader has: Chinese, or Mongolian."""
    return 1 if get_language() == "mvf" else 0


def folder() -> Path:
    """Where the classes lie."""
    return settings.BASE_DIR / "fixtures" / "security"


@lru_cache(maxsize=1)
def purposes() -> dict[str, Purpose]:
    """Every purpose by its code."""
    with (folder() / "purposes.csv").open(encoding="utf-8", newline="") as file:
        return {
            row["code"]: Purpose(
                row["code"],
                (row["name"], row["name_mvf"]),
                (row["basis"], row["basis_mvf"]),
                int(row["months"]),
                (row["begins"], row["begins_mvf"]),
            )
            for row in csv.DictReader(file)
        }


@lru_cache(maxsize=1)
def _read() -> tuple[dict[str, dict[str, Classified]], tuple[str, ...]]:
    """Label → field → class, and what is wrong with the files themselves."""
    found: dict[str, dict[str, Classified]] = {}
    wrong = []
    for place, row in _rows():
        fields = found.setdefault(row["model"], {})
        try:
            classified = Classified(
                Level(row["class"]), purposes()[row["purpose"]] if row["purpose"] else None, row["clear"]
            )
        except (ValueError, KeyError) as error:
            wrong.append(f"{place}: {error}")
            continue
        for name in row["fields"].split():
            if name in fields:
                wrong.append(f"{place}: {row['model']}.{name} is classified twice")
            fields[name] = classified
    return found, tuple(wrong)


def _rows() -> Iterator[tuple[str, dict[str, str]]]:
    for path in sorted((folder() / "classification").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                yield f"{path.name}: {row['model']}", row


def models() -> list[Any]:
    """Every model with a table, those that Django makes for relations too."""
    return list(apps.get_models(include_auto_created=True))


def classes_of(model: Any) -> dict[str, Classified]:
    """The class of each concrete field of a model, by name; fields without a class are left out (`problems` names them)."""
    found = _read()[0]
    origin = _origin(model)
    known = found.get(origin._meta.label, {})
    if origin is not model:
        known = found.get(HISTORY, {}) | known
    return {name: known[name] for name in _names(model) if name in known}


def personal_fields(model: Any) -> dict[str, Classified]:
    """The fields that tell something of a person."""
    return {name: one for name, one in classes_of(model).items() if one.level.is_personal}


def unclassified() -> dict[str, list[str]]:
    """Label of a model → its fields that have no class."""
    found = {}
    for model in models():
        missing = [name for name in _names(model) if name not in classes_of(model)]
        if missing:
            found[model._meta.label] = missing
    return found


def listed(level: Level) -> list[tuple[Any, list[tuple[Any, Classified]]]]:
    """Every table with its fields of one class, for a page; histories stand with what they are the history of."""
    found = []
    for model in models():
        fields = [(model._meta.get_field(name), one) for name, one in classes_of(model).items() if one.level == level]
        if fields and _origin(model) is model:
            found.append((model._meta, fields))
    return found


def problems() -> list[str]:
    """What is missing, stale or not argued; empty when all is well."""
    found, wrong = _read()
    return [
        *wrong,
        *(f"{label}.{name} has no class" for label, names in unclassified().items() for name in names),
        *_stale(found),
        *(f"{model._meta.label}.{text}" for model in models() for text in _unsound(model)),
    ]


def _unsound(model: Any) -> Iterator[str]:
    for name, one in classes_of(model).items():
        field = model._meta.get_field(name)
        if one.level.is_personal and one.purpose is None:
            yield f"{name} is personal and has no purpose"
        sealed = isinstance(field, EncryptedTextField | SealedBytesField | BlindIndexField)
        if sealed and not one.level.is_personal and not one.clear:
            yield f"{name} lies encrypted and is called {one.level}: say why"
        if one.level == Level.SENSITIVE and not sealed and not one.clear:
            yield f"{name} is sensitive, lies in clear, and no reason is given"


def _stale(found: dict[str, dict[str, Classified]]) -> Iterator[str]:
    labels = {model._meta.label: set(_names(model)) for model in models() if _origin(model) is model}
    for label, fields in found.items():
        if label == HISTORY:
            continue
        for name in fields:
            if name not in labels.get(label, ()):
                yield f"{label}.{name} is classified and does not exist"


def _names(model: Any) -> list[str]:
    return [field.name for field in model._meta.local_concrete_fields]


def _origin(model: Any) -> Any:
    """What a history is the history of; any other model is its own."""
    return getattr(model, "instance_type", model) if hasattr(model, "history_type") else model
