"""History by statement triggers (imbudget.kit.history)."""

from django.db import migrations

from imbudget.kit.history import HistoryTriggers


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]
    operations = [
        HistoryTriggers(
            "accounts_user",
            "accounts_historicaluser",
            [
                "id",
                "is_superuser",
                "username",
                "email",
                "is_staff",
                "is_active",
                "date_joined",
                "name",
                "language",
                "password_changed_at",
                "must_change_password",
            ],
        ),
        HistoryTriggers(
            "accounts_post",
            "accounts_historicalpost",
            ["id", "user_id", "role", "region_id", "department_id", "unit_id", "valid_from", "valid_to"],
        ),
    ]
