"""What of a test's world must not stand anywhere in clear: every sealed number of a person that its tables hold."""

import re
from typing import Any

from django.apps import apps

from imbudget.kit.fields import EncryptedTextField

# Sealed, and not about a person: the state's own accounts, and the seed of a draw, which is published once it is made.
NOT_OF_PERSONS = {"disbursement.PayAccount", "review.Draw"}
LONG = re.compile(r"\d{7,}")  # shorter ones stand everywhere by chance


def sealed_fields() -> list[tuple[Any, str]]:
    """(model, field) of every sealed value that is about a person."""
    return [
        (model, field.name)
        for model in apps.get_models()
        if model._meta.label not in NOT_OF_PERSONS and not hasattr(model, "instance_type")
        for field in model._meta.concrete_fields
        if isinstance(field, EncryptedTextField)
    ]


def clear_numbers() -> frozenset[str]:
    """The numbers of persons that the tables hold now, in clear."""
    values = {
        value
        for model, name in sealed_fields()
        for value in model._base_manager.values_list(name, flat=True)
        if value and LONG.search(value)
    }
    return frozenset(values)


def shown(response: Any, numbers: frozenset[str]) -> set[str]:
    """Those of the numbers that a page, or a file that is text, shows in clear."""
    kind = response.headers.get("content-type", "")
    if response.streaming or not kind.startswith(("text/", "application/json", "application/xml")):
        return set()
    text = response.content.decode(errors="replace")
    return {number for number in numbers if number in text}
