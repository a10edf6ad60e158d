"""History by statement triggers (imbudget.kit.history)."""

from django.db import migrations

from imbudget.kit.history import HistoryTriggers


class Migration(migrations.Migration):
    dependencies = [("codes", "0001_initial")]
    operations = [
        HistoryTriggers(
            "codes_code",
            "codes_historicalcode",
            [
                "id",
                "catalog",
                "year_id",
                "code",
                "name",
                "name_zh_hans",
                "name_mvf",
                "parent_id",
                "is_leaf",
                "is_standard",
                "is_verified",
                "source",
                "valid_from",
                "valid_to",
            ],
        ),
    ]
