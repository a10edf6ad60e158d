"""What `manage.py check --deploy` finds in the settings and the users of a place that is used in earnest."""

from typing import Any

from django.conf import settings
from django.core.checks import Error, Tags, register

from apps.accounts.models import User


@register(Tags.security, deploy=True)
def second_factor_required(app_configs: Any, **kwargs: Any) -> list[Error]:
    """GB/T 22239 8.1.4.1 d: two ways of proving who one is, one of them by cryptography."""
    if settings.SECOND_FACTOR == "required":
        return []
    return [Error("SECOND_FACTOR must be required in production.", id="accounts.E002")]


@register(Tags.database, Tags.security, deploy=True)
def no_superuser(app_configs: Any, databases: Any = None, **kwargs: Any) -> list[Error]:
    """GB/T 22239 8.1.4.2: nobody stands above the three administrators. Looked for where a database may be asked."""
    if not databases or not User.objects.filter(is_superuser=True).exists():
        return []
    return [Error("There is a superuser: nobody stands above the three administrators.", id="accounts.E001")]
