"""What is wrong in a definition, and where: a path such as `steps[2].approvers.role` and a translated sentence."""

from collections.abc import Iterable, Iterator
from typing import Any

from imbudget.kit.text import printable


class DefinitionError(ValueError):
    """One thing wrong at one place of a definition."""

    def __init__(self, path: str, message: str) -> None:
        path = printable(path)  # it may name what a stranger wrote
        super().__init__(path, message)
        self.path = path
        self.message = message

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message


class DefinitionErrors(DefinitionError):
    """Everything wrong in a definition; `path` and `message` are those of the first."""

    def __init__(self, errors: Iterable[DefinitionError]) -> None:
        self.errors = tuple(errors)
        first = self.errors[0]
        super().__init__(first.path, first.message)
        self.args = (self.errors,)

    def __iter__(self) -> Iterator[DefinitionError]:
        return iter(self.errors)

    def __str__(self) -> str:
        return "\n".join(map(str, self.errors))


class Collector:
    """Gathers what is wrong while a definition is read, so that all of it is told at once."""

    def __init__(self) -> None:
        self.errors: list[DefinitionError] = []

    def add(self, path: str, message: str) -> None:
        self.errors.append(DefinitionError(path, message))

    def done(self) -> None:
        """Raise DefinitionErrors when anything was wrong."""
        self.done_as(DefinitionErrors)

    def done_as(self, kind: type[Exception]) -> None:
        """The same by another exception that takes the list."""
        if self.errors:
            raise kind(self.errors)


def quoted(value: Any, limit: int = 60) -> str:
    """What a stranger wrote, short and without characters that no page can show."""
    return printable(str(value)[:limit])
