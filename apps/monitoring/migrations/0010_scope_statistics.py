"""A unit lies in one region, a region in one league: otherwise the planner takes alarms of both for far fewer than they are."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("monitoring", "0002_triggers")]

    operations = [
        migrations.RunSQL(
            "CREATE STATISTICS monitoring_alarm_scope (dependencies) ON region_id, league_id, unit_id FROM monitoring_alarm",
            "DROP STATISTICS monitoring_alarm_scope",
        ),
    ]
