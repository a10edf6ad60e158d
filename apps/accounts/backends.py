"""Sign-in by name and password; business rights never come from here."""

import logging
from typing import Any

from django.contrib.auth.backends import ModelBackend

from apps.accounts.actors import user_of
from apps.accounts.models import User
from apps.accounts.selectors import find_by_name

logger = logging.getLogger(__name__)


class PostBackend(ModelBackend):
    """Checks the password only: users, groups and superusers give no permission, posts do."""

    def authenticate(
        self, request: Any, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        """The user of this name and password. A name that nobody has costs as much time as a wrong password."""
        if username is None or password is None:
            return None
        user = find_by_name(username)
        if user is None:
            User().set_password(password)
            return None
        return user if user.check_password(password) and self.user_can_authenticate(user) else None

    def get_user(self, user_id: int) -> User | None:
        user = user_of.first(pk=user_id)
        return user if user and self.user_can_authenticate(user) else None

    def user_can_authenticate(self, user: Any) -> bool:
        """Switched on, and written by the product: a password put into the database opens nothing."""
        if not super().user_can_authenticate(user):
            return False
        if not user.is_genuine:
            logger.error("accounts_user %s was written past the system: refused", user.pk)
        return bool(user.is_genuine)

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        return False

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        return False

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        return set()
