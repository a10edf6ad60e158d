"""The key of a line to its sheet is held once a statement too; keys and history of lines cost each row less."""

import django.db.models.deletion
from django.db import migrations, models

from imbudget.kit.history import history_trigger_sql
from imbudget.kit.setkeys import set_keys_sql

LINES, CODES = "budget_budgetline", ("function_id", "department_economic_id", "government_economic_id", "fund_id")
BEFORE = set_keys_sql(LINES, {"codes_code": CODES})
KEYS = set_keys_sql(LINES, {"codes_code": CODES, "budget_budgetsheet": ("sheet_id",)})
HISTORY = history_trigger_sql(
    LINES,
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
        *CODES,
        "project_code",
        "project_name",
        "amount",
        "prior_approved",
        "prior_executed",
        "note",
        "kind",
    ],
)


class Migration(migrations.Migration):
    dependencies = [("budget", "0010_keys_of_lines")]
    operations = [
        migrations.AlterField(
            model_name="budgetline",
            name="sheet",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="lines",
                to="budget.budgetsheet",
                verbose_name="budget sheet",
            ),
        ),
        migrations.RunSQL(BEFORE[1] + KEYS[0], KEYS[1] + BEFORE[0]),
        migrations.RunSQL(HISTORY[1] + HISTORY[0], migrations.RunSQL.noop),
    ]
