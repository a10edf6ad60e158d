"""Scheduled work on notices."""

from celery import shared_task

from apps.notices import services


@shared_task(name="notices.digest")
def digest() -> int:
    """Tell each person what waits for them; does nothing on days that are not worked."""
    return services.write_digests()


@shared_task(name="notices.clear_old")
def clear_old() -> int:
    """Delete what was read long ago."""
    return services.clear_old()
