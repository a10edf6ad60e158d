"""Personal data as pages, files and searches know it: what is held in a table, how it is masked, and why it is held.

Apps say it once (`registry.personal_data`, in `AppConfig.ready()`); whoever shows one of these values in clear, takes many
away in a file, or looks for a person goes by what stands here.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from imbudget.kit.actor import Actor
from imbudget.kit.errors import Verdict


class Sort(StrEnum):
    """What a number is, where people are looked for by it."""

    ID = "id"
    ACCOUNT = "account"
    PHONE = "phone"
    OTHER = ""


@dataclass(frozen=True, slots=True)
class Item:
    """One sealed value of a table. `index` names the blind index that finds it; one without cannot be searched."""

    name: str
    label: Any
    mask: Callable[[str], str]
    sort: Sort = Sort.OTHER
    index: str = ""


@dataclass(frozen=True, slots=True)
class Holding:
    """Personal data of one table. Why it is held, on which basis and how long is said by the classes of its fields
    (`kit.classification`; PIPL 17, 19; GB/T 22239 8.1.4.11).

    `sight` gives the rows that an actor may see; `may` says, beyond the right to it, whether this actor may read this row in
    clear; None leaves it to the office whose row it is. `person` is whose data it is, `page` the page of the row.
    """

    model: Any
    label: Any
    items: tuple[Item, ...]
    person: Callable[[Any], str]
    sight: Callable[[Actor], Any]
    page: Callable[[Any], str]
    scope: Callable[[Any], Any] = lambda row: row
    may: Callable[[Actor, Any], Verdict] | None = None

    def item(self, name: str) -> Item:
        return next(item for item in self.items if item.name == name)


class Masked(str):
    """A masked value on a page; `show_href` is where its reader may ask for it in clear, '' for who may not."""

    __slots__ = ("show_href",)
    show_href: str

    def __new__(cls, text: str, show_href: str = "") -> "Masked":
        made = super().__new__(cls, text)
        made.show_href = show_href
        return made


NUMBERS = re.compile(r"[0-9]{11,}[0-9Xx]?")


def without_numbers(text: str) -> str:
    """The text with every long number cut to its first three and last four digits, as records may keep it."""
    return NUMBERS.sub(lambda hit: f"{hit[0][:3]}…{hit[0][-4:]}", text)
