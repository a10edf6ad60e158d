"""Acts by which somebody signs: before which of them a person proves once more who they are.

An app names its own on `registry.signatures` (types of document that go through a flow are named by their bindings); the
security administrator decides which of them ask, but for those that always do (`apps/accounts`).
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.http import HttpRequest, HttpResponse

from imbudget.kit import registry


class Asks(StrEnum):
    """Whether a signature asks again who gives it."""

    ALWAYS = "always"  # no setting switches it off
    AT_FIRST = "at_first"  # until the security administrator decides otherwise
    IF_WANTED = "if_wanted"  # once the security administrator decides so


@dataclass(frozen=True, slots=True)
class Signature:
    """What the act is called, and whether it asks."""

    label: Any
    asks: Asks


def proof_before(request: HttpRequest, *acts: str) -> HttpResponse | None:
    """The page that asks again who is about to do one of these acts (keys; '' is no signature); None where nothing is asked.

    It carries what was sent, and goes to the same address once more.
    """
    named = {act for act in acts if act}
    page: HttpResponse | None = registry.asked_again.get()(request, named) if named else None
    return page
