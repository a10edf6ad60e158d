"""Scheduled work of the review."""

from celery import shared_task

from apps.review.services import ending


@shared_task(name="review.end_publicities")
def end_publicities() -> int:
    """Let results whose days before the public are over take effect; returns how many did."""
    return ending.end_due()
