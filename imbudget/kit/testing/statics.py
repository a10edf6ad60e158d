"""Addresses of static files: each page asks for thirty, always the same ones."""

from functools import lru_cache

from django.contrib.staticfiles.storage import StaticFilesStorage


class RememberedAddresses(StaticFilesStorage):
    """What the storage of the product reads from its manifest is joined anew each time by this one's parent."""

    @lru_cache(maxsize=1024)  # noqa: B019 - one storage in a process, which lives as long
    def url(self, name: str | None) -> str:
        return super().url(name)
