"""Which treasury a region pays through."""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from apps.disbursement.dialects import Dialect, IsoDialect, MofDialect
from apps.disbursement.models import DialectName, TreasuryLink
from apps.disbursement.transport import FolderLine, HttpsLine, Line
from apps.regions.models import Region
from imbudget.kit.signing import provider


def link_of(region: Region) -> TreasuryLink | None:
    """The region's own connection, or that of the nearest region above it: a banner may pay through its league's treasury."""
    around = region.get_ancestors(include_self=True)
    return TreasuryLink.objects.filter(is_open=True, region__in=around).order_by("-region__level").first()


def dialect_of(link: TreasuryLink) -> Dialect:
    """What the other end understands."""
    if link.dialect == DialectName.ISO:
        return IsoDialect()
    trusted = {link.stamp_name: bytes.fromhex(link.stamp_key)} if link.stamp_key else {}
    return MofDialect(provider(), link.holder, trusted)


def line_of(link: TreasuryLink) -> Line:
    """The line as the operator of the machine has set it; raises ImproperlyConfigured for a name that he has not."""
    place = settings.TREASURY_PLACES.get(link.place)
    if place is None:
        raise ImproperlyConfigured(f"TREASURY_PLACES has no {link.place!r} (see docs/operations.md).")
    if "folder" in place:
        return FolderLine(place["folder"])
    return HttpsLine(place["address"], place.get("certificate"), place.get("authority"))
