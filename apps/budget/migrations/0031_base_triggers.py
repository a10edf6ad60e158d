"""Whose head count it is, and histories by statement triggers (imbudget.kit.history)."""

from django.db import migrations

from imbudget.kit.history import HistoryTriggers

SCOPE = """
CREATE TRIGGER budget_staffcount_scope BEFORE INSERT ON budget_staffcount
    FOR EACH ROW EXECUTE FUNCTION budget_sheet_scope();
"""
SCOPE_BACK = "DROP TRIGGER budget_staffcount_scope ON budget_staffcount;"


class Migration(migrations.Migration):
    dependencies = [("budget", "0030_base_tables")]
    operations = [
        migrations.RunSQL(SCOPE, SCOPE_BACK),
        HistoryTriggers(
            "budget_staffcategory",
            "budget_historicalstaffcategory",
            ["id", "code", "name", "name_zh_hans", "name_mvf", "order", "is_active", "source"],
        ),
        HistoryTriggers(
            "budget_staffcount",
            "budget_historicalstaffcount",
            ["id", "unit_id", "region_id", "league_id", "year_id", "category_id", "people", "as_of", "source"],
        ),
        HistoryTriggers(
            "budget_expenditurestandard",
            "budget_historicalexpenditurestandard",
            [
                "id",
                "region_id",
                "kind",
                "economic",
                "category_id",
                "nature",
                "amount",
                "valid_from",
                "valid_to",
                "is_verified",
                "source",
            ],
        ),
    ]
