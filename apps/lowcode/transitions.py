"""The arrows of a version of a form or flow."""

from apps.lowcode.models import VersionState as V

VERSION = {
    "publish": (frozenset({V.DRAFT}), V.PUBLISHED),
    "retire": (frozenset({V.PUBLISHED}), V.RETIRED),
}
