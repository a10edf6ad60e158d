"""History by statement triggers (imbudget.kit.history)."""

from django.db import migrations

from imbudget.kit.history import HistoryTriggers


class Migration(migrations.Migration):
    dependencies = [("regions", "0001_initial")]
    operations = [
        HistoryTriggers(
            "regions_region",
            "regions_historicalregion",
            [
                "id",
                "code",
                "finance_code",
                "name",
                "name_zh_hans",
                "name_mvf",
                "kind",
                "parent_id",
                "reports_to_id",
                "league_id",
                "phase",
                "approval_body",
                "valid_from",
                "valid_to",
            ],
        ),
        HistoryTriggers(
            "regions_department",
            "regions_historicaldepartment",
            ["id", "region_id", "parent_id", "code", "name", "name_zh_hans", "name_mvf"],
        ),
        HistoryTriggers(
            "regions_unit",
            "regions_historicalunit",
            [
                "id",
                "region_id",
                "league_id",
                "department_id",
                "code",
                "credit_code",
                "name",
                "name_zh_hans",
                "name_mvf",
                "nature",
                "valid_from",
                "valid_to",
            ],
        ),
    ]
