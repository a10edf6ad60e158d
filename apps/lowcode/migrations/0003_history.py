"""History by statement triggers (imbudget.kit.history)."""

from django.db import migrations

from imbudget.kit.history import HistoryTriggers


class Migration(migrations.Migration):
    dependencies = [("lowcode", "0002_triggers")]
    operations = [
        HistoryTriggers(
            "lowcode_flowdefinition",
            "lowcode_historicalflowdefinition",
            ["id", "region_id", "code", "name", "name_zh_hans", "name_mvf", "subject"],
        ),
        HistoryTriggers(
            "lowcode_flowversion",
            "lowcode_historicalflowversion",
            ["id", "number", "state", "body", "digest", "author_id", "published_at", "definition_id"],
        ),
        HistoryTriggers(
            "lowcode_formdefinition",
            "lowcode_historicalformdefinition",
            ["id", "region_id", "code", "name", "name_zh_hans", "name_mvf", "unit_id", "purpose", "origin_id"],
        ),
        HistoryTriggers(
            "lowcode_formversion",
            "lowcode_historicalformversion",
            ["id", "number", "state", "body", "digest", "author_id", "published_at", "definition_id"],
        ),
        HistoryTriggers(
            "lowcode_answer",
            "lowcode_historicalanswer",
            [
                "id",
                "version_id",
                "region_id",
                "league_id",
                "unit_id",
                "subject_label",
                "subject_id",
                "values",
                "is_complete",
                "author_id",
                "created_at",
            ],
        ),
    ]
