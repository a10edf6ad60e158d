"""`manage.py rotate_keys` moves personal data to the new key, after which the old one can go."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from apps.accounts.models import User
from apps.accounts.tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.covers("密码产品")]


def test_values_move_to_the_first_key(settings: Any) -> None:
    user = UserFactory(phone="13804710001")
    UserFactory(phone="")
    new = {"t2": b"\x33" * 32}
    settings.FIELD_KEYS = new | settings.FIELD_KEYS
    out = StringIO()
    call_command("rotate_keys", stdout=out)
    assert "accounts.User.phone: 1 values" in out.getvalue()
    settings.FIELD_KEYS = new
    assert User.objects.get(pk=user.pk).phone == "13804710001"
