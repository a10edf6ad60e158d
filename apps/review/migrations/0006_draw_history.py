"""The history of a draw leaves the snapshot of its candidates out: it is large, written once, and never changes.

It becomes the very text that is digested, a line for each candidate, and is stored as it is.
"""

from django.db import migrations, models

from imbudget.kit.history import HistoryTriggers, history_trigger_sql

COLUMNS = [
    "id",
    "review_id",
    "number",
    "kind",
    "origin_id",
    "reason",
    "criteria",
    "algorithm",
    "commitment",
    "seed",
    "revealed",
    "head_number",
    "head",
    "pool_digest",
    "result",
    "result_digest",
    "state",
    "operator_id",
    "supervisor_id",
    "created_at",
    "drawn_at",
]
NAMES = ("review_draw", "review_historicaldraw")
MADE, DROPPED = history_trigger_sql(*NAMES, [*COLUMNS, "pool"])
STORED = "ALTER TABLE review_draw ALTER COLUMN pool SET STORAGE {}"


class Migration(migrations.Migration):
    dependencies = [("review", "0005_panel_outlier_reason")]
    operations = [
        migrations.RunSQL(DROPPED, MADE),
        migrations.RemoveField("historicaldraw", "pool"),
        migrations.AlterField("draw", "pool", models.TextField(blank=True, verbose_name="candidates")),
        HistoryTriggers(*NAMES, COLUMNS),
        # To compress a snapshot of 20,000 candidates takes longer than all else of a draw but reading them.
        migrations.RunSQL(STORED.format("EXTERNAL"), STORED.format("EXTENDED")),
    ]
