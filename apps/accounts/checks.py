"""What `manage.py check --deploy` finds in the settings and the users of a place that is used in earnest."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Info, Tags, register
from django.db import DatabaseError

from apps.accounts.models import User
from apps.accounts.names import NormalName

# GB/T 22239 8.1.4.2 b: default accounts are renamed or removed. Names under which strangers try first.
DEFAULT_NAMES = (
    "admin",
    "administrator",
    "root",
    "superuser",
    "sa",
    "test",
    "guest",
    "demo",
    "user",
    "postgres",
    "系统管理员",
)


@register(Tags.security, deploy=True)
def second_factor_required(app_configs: Any, **kwargs: Any) -> list[Error]:
    """GB/T 22239 8.1.4.1 d: two ways of proving who one is, one of them by cryptography."""
    if settings.SECOND_FACTOR == "required":
        return []
    return [Error("SECOND_FACTOR must be required in production.", id="accounts.E002")]


@register(Tags.security, deploy=True)
def no_superuser(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """GB/T 22239 8.1.4.2: nobody stands above the three administrators, and no account bears a name that everybody tries.

    `--deploy` is asked of the place itself, so that its database is asked without `--database`; where it cannot be, that is said.
    """
    try:
        has_superuser = User.objects.filter(is_superuser=True).exists()
        found = User.objects.alias(normal=NormalName("username")).filter(normal__in=DEFAULT_NAMES, is_active=True)
        names = sorted(found.values_list("username", flat=True))
    except DatabaseError as error:
        return [Info(f"The database could not be asked about its users: {error}", id="accounts.I001")]
    problems: list[CheckMessage] = []
    if has_superuser:
        problems.append(
            Error("There is a superuser: nobody stands above the three administrators.", id="accounts.E001")
        )
    if names:
        text = f"Accounts with names that everybody tries: {', '.join(names)}. Make others for their persons."
        problems.append(Error(text, id="accounts.E003"))
    return problems
