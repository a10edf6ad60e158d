"""What a region has decided for its project library, or the nearest region above it."""

from apps.projects.models import ProjectSetting
from apps.regions.models import Region


def setting_of(region: Region) -> ProjectSetting:
    """The nearest setting, the region's own first; the defaults where nobody has decided anything (not saved)."""
    nodes = region.get_ancestors(include_self=True)
    found = ProjectSetting.objects.filter(region__in=nodes).select_related("region").order_by("-region__level").first()
    return found or ProjectSetting(region=region)
