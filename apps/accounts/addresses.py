"""An address from which many names fail is slowed (GB/T 22239 8.1.4.1 b: 登录失败处理, by source too).

Whole offices stand behind one address, so it is never locked: each further failure waits twice as long, up to a minute.
"""

from datetime import timedelta

from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import Count, Max
from django.utils import timezone

LONGEST = 60  # seconds


def wait_of(address: str) -> int:
    """How many seconds this address has to wait before it may try again; 0 for the usual ones."""
    if not address:
        return 0
    now = timezone.now()
    recent = AccessAttempt.objects.filter(
        ip_address=address, attempt_time__gt=now - timedelta(hours=settings.AXES_COOLOFF_TIME)
    )
    found = recent.aggregate(names=Count("username", distinct=True), last=Max("attempt_time"))
    beyond = found["names"] - settings.ADDRESS_NAMES
    if beyond < 0:
        return 0
    wait = min(2 ** min(beyond, 6), LONGEST)
    return max(0, wait - int((now - found["last"]).total_seconds()))
