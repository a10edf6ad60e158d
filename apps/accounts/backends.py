"""Sign-in by name and password; business rights never come from here."""

from typing import Any

from django.contrib.auth.backends import ModelBackend


class PostBackend(ModelBackend):
    """Checks the password only: users, groups and superusers give no permission, posts do."""

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        return False

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        return False

    def get_all_permissions(self, user_obj: Any, obj: Any = None) -> set[str]:
        return set()
