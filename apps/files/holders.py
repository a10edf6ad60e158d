"""Who refers to files without a foreign key (an answer to a form, for instance): asked before a file is deleted."""

from collections.abc import Callable

from apps.files.models import StoredFile
from imbudget.kit.registry import Shelf

# Name → whether the file is in use; filled by higher floors in AppConfig.ready().
holders: Shelf[Callable[[StoredFile], bool]] = Shelf("holders of files")


def is_held(stored: StoredFile) -> bool:
    """Whether anything that has no foreign key to the file refers to it."""
    return any(holds(stored) for _name, holds in holders.items())
