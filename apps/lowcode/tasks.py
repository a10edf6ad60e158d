"""Scheduled work on cases."""

from celery import shared_task

from apps.lowcode.services import deadlines


@shared_task(name="lowcode.watch_deadlines")
def watch_deadlines() -> int:
    """Remind of steps that are due soon, escalate those that are overdue."""
    return deadlines.watch_deadlines()


@shared_task(name="lowcode.renew_holders")
def renew_holders() -> int:
    """Give tasks of people who left to their successors; let cases go on whose missing post is filled."""
    return deadlines.renew_holders()
