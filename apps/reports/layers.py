"""Papers that go out: Chinese whatever language the reader has, Mongolian behind it where the region wants it."""

from collections.abc import Callable
from dataclasses import replace

from django.utils import translation

from apps.projects.selectors.settings import setting_of
from apps.regions.models import Region
from apps.reports.document import Document


def in_chinese(build: Callable[[], Document], region: Region) -> Document:
    """The paper in Chinese; where the region's documents carry Mongolian, the same stands behind it."""
    return layered(build, mongolian=setting_of(region).mongolian_documents)


def layered(build: Callable[[], Document], *, mongolian: bool) -> Document:
    """The same for whoever has read the region's setting already."""
    with translation.override("zh-hans"):
        document = build()
    if not mongolian:
        return document
    with translation.override("mvf"):
        return replace(document, layer=build())
