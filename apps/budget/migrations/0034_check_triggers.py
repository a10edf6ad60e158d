"""Whose run and finding it is, and the history of rules by statement triggers (imbudget.kit.history)."""

from django.db import migrations

from imbudget.kit.history import HistoryTriggers

TABLES = ("budget_checkrun", "budget_checkfinding")
SCOPE = "".join(
    f"CREATE TRIGGER {table}_scope BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION budget_region_scope();"
    for table in TABLES
)
SCOPE_BACK = "".join(f"DROP TRIGGER {table}_scope ON {table};" for table in TABLES)


class Migration(migrations.Migration):
    dependencies = [("budget", "0033_check_rules")]
    operations = [
        migrations.RunSQL(SCOPE, SCOPE_BACK),
        HistoryTriggers(
            "budget_checkrule",
            "budget_historicalcheckrule",
            [
                "id",
                "code",
                "region_id",
                "level",
                "message",
                "message_zh_hans",
                "message_mvf",
                "basis",
                "basis_zh_hans",
                "basis_mvf",
                "parameters",
                "valid_from",
                "valid_to",
                "is_verified",
                "source",
            ],
        ),
    ]
