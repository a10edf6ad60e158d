"""History by statement triggers (imbudget.kit.history)."""

from django.db import migrations

from imbudget.kit.history import HistoryTriggers


class Migration(migrations.Migration):
    dependencies = [("budget", "0002_triggers")]
    operations = [
        HistoryTriggers(
            "budget_budgetsheet",
            "budget_historicalbudgetsheet",
            [
                "id",
                "unit_id",
                "region_id",
                "league_id",
                "year_id",
                "round",
                "state",
                "declared_total",
                "note",
                "return_reason",
                "submitted_at",
            ],
        ),
        HistoryTriggers(
            "budget_budgetline",
            "budget_historicalbudgetline",
            [
                "id",
                "sheet_id",
                "unit_id",
                "region_id",
                "league_id",
                "year_id",
                "round",
                "number",
                "function_id",
                "department_economic_id",
                "government_economic_id",
                "fund_id",
                "project_code",
                "project_name",
                "amount",
                "prior_approved",
                "prior_executed",
                "note",
            ],
        ),
        HistoryTriggers(
            "budget_compilation",
            "budget_historicalcompilation",
            [
                "id",
                "region_id",
                "league_id",
                "year_id",
                "round",
                "state",
                "snapshot_id",
                "return_reason",
                "reported_at",
            ],
        ),
    ]
