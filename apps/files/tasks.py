"""Scheduled work on files."""

from celery import shared_task

from apps.files import services


@shared_task(name="files.clear_orphans")
def clear_orphans() -> int:
    """Delete files that acts which failed have left behind, and those that no form has claimed."""
    return services.clear_unclaimed() + services.clear_orphans()
