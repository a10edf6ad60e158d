"""What a region's finance office has decided; the defaults where it has decided nothing."""

from apps.budget.models import RegionSetting


def setting_of(region_id: int) -> RegionSetting:
    """The region's settings; an unsaved row with the defaults where there are none."""
    found = RegionSetting.objects.filter(region_id=region_id).first()
    return found or RegionSetting(region_id=region_id)
