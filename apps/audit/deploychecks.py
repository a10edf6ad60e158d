"""What `check` and `check --deploy` say about the audit log."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register

from apps.audit.syslog import BadAddress, server_of

MONTHS = 6  # 网络安全法, article 21 (3): network logs are kept for at least six months


@register(Tags.security, deploy=True)
def records_are_kept_long_enough(**kwargs: Any) -> list[CheckMessage]:
    """An error where records would be removed before the law lets them go."""
    if settings.AUDIT_KEEP_MONTHS >= MONTHS:
        return []
    hint = "The Cybersecurity Law, article 21, asks for six months at least."
    return [Error(f"AUDIT_KEEP_MONTHS is {settings.AUDIT_KEEP_MONTHS}.", hint=hint, id="audit.E001")]


@register(Tags.security)
def log_server_has_an_address(**kwargs: Any) -> list[CheckMessage]:
    """An error where the address of the log server cannot be read."""
    try:
        if settings.AUDIT_SYSLOG:
            server_of(settings.AUDIT_SYSLOG)
    except BadAddress as error:
        return [Error(f"AUDIT_SYSLOG: {error}", id="audit.E002")]
    return []
