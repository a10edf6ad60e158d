"""What people are told of an act on many documents: who would hear the same of each is told once, with their number."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from apps.notices.services import notify, notify_all

# Kind for one document → kind for many, and which of its words make two of them the same.
COUNTED = {
    "lowcode.task": ("lowcode.tasks", ("type",)),
    "lowcode.nobody": ("lowcode.nobody_many", ("role", "place")),
}


class Letters:
    """Collects notices while many cases are kept."""

    def __init__(self) -> None:
        self.single: list[tuple[int, str, str, dict[str, Any]]] = []

    def add(self, people: Iterable[int], kind: str, /, url: str = "", **params: Any) -> None:
        """Takes the place of `notify` for each case."""
        self.single += [(user, kind, url, params) for user in people]

    def send(self) -> None:
        """Tell everybody."""
        alike = Counter(self._sort(letter) for letter in self.single)
        told: set[tuple[Any, ...]] = set()
        left = []
        for letter in self.single:
            sort = self._sort(letter)
            if letter[1] not in COUNTED or alike[sort] == 1:
                left.append(letter)
            elif sort not in told:
                told.add(sort)
                self._tell_number(letter, alike[sort])
        notify_all(left)

    def _sort(self, letter: tuple[int, str, str, dict[str, Any]]) -> tuple[Any, ...]:
        user, kind, url, params = letter
        if kind not in COUNTED:
            return user, kind, url
        return user, kind, *(params[name] for name in COUNTED[kind][1])

    def _tell_number(self, letter: tuple[int, str, str, dict[str, Any]], count: int) -> None:
        user, kind, _url, params = letter
        counted, names = COUNTED[kind]
        words = {name: params[name] for name in names}
        notify([user], counted, url=reverse("lowcode:inbox"), count=str(count), **words)
