"""Scheduled work on accounts."""

from celery import shared_task

from apps.accounts import counting, services


@shared_task(name="accounts.clear_sessions")
def clear_sessions() -> None:
    """Delete sessions past their end."""
    services.clear_sessions()


@shared_task(name="accounts.withdraw_expired")
def withdraw_expired() -> int:
    """Take the rights of posts that ended yesterday."""
    return services.withdraw_expired()


@shared_task(name="accounts.switch_off_dormant")
def switch_off_dormant() -> int:
    """Switch off accounts that nobody has used for the days of the setting."""
    return services.switch_off_dormant()


@shared_task(name="accounts.clear_counts")
def clear_counts() -> int:
    """Delete counters of public pages whose time is over."""
    return counting.clear_counts()
