"""What `manage.py selfcheck` looks at in the audit log."""

from datetime import timedelta

from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.db.models import Max
from django.utils import timezone

from apps.audit.models import Block, Forwarding, Record
from apps.audit.selectors.sealed import verify
from apps.audit.services import record
from imbudget.kit.actor import system_actor
from imbudget.kit.registry import SelfCheck
from imbudget.kit.selfchecks import CheckFailed

NEWEST = 20  # blocks
SEALED_WITHIN = timedelta(minutes=30)
TOLD_WITHIN = timedelta(minutes=10)
AHEAD = "SELECT to_regclass(format('audit_record_%%s', to_char(now() AT TIME ZONE %s + interval '1 month', 'YYYY_MM')))"


def writing() -> str:
    """A record can be written: else nothing can be done that must be written down."""
    try:
        with transaction.atomic():
            record("audit.tested", system_actor("self check"))
            transaction.set_rollback(True)
    except DatabaseError as error:
        raise CheckFailed(f"no record can be written: {error}") from error
    with connection.cursor() as cursor:
        cursor.execute(AHEAD, [settings.TIME_ZONE])
        if cursor.fetchone()[0] is None:
            raise CheckFailed("next month has no table: does the worker run? run: manage.py keep_audit")
    return "records can be written, the months ahead are made"


def sealed() -> str:
    """The newest records are as they were sealed, and none waits long to be sealed."""
    found = verify(newest=NEWEST)
    if found.problems:
        raise CheckFailed("; ".join(found.problems[:3]) + f" ({len(found.problems)} problems; run: verify_audit)")
    last = Block.objects.aggregate(last=Max("last"))["last"] or 0
    oldest = Record.objects.filter(pk__gt=last).order_by("pk").values_list("recorded_at", flat=True).first()
    if oldest is not None and timezone.now() - oldest > SEALED_WITHIN:
        raise CheckFailed(f"a record has waited since {oldest:%Y-%m-%d %H:%M} UTC to be sealed: does the worker run?")
    return f"{found.rows} records in the newest {found.blocks} blocks are as they were sealed"


def forwarded() -> str:
    """The log server outside is told."""
    if not settings.AUDIT_SYSLOG:
        return "no log server outside is set (AUDIT_SYSLOG)"
    behind = Forwarding.objects.exclude(error="").filter(failed_at__isnull=False)
    for one in behind:
        if one.told_at is None or timezone.now() - one.told_at > TOLD_WITHIN:
            raise CheckFailed(
                f"{settings.AUDIT_SYSLOG} was last told of the {one.log} log at {one.told_at}: {one.error}"
            )
    return f"{settings.AUDIT_SYSLOG} is told"


CHECKS = {
    "audit-writing": SelfCheck("audit log can be written", writing),
    "audit-sealed": SelfCheck("audit log is as it was sealed", sealed),
    "audit-forwarding": SelfCheck("logs are told outside", forwarded),
}
