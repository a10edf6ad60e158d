"""Histories of the framework, and of schedules with their places and years."""

from django.db import migrations

from imbudget.kit.history import HistoryTriggers, history_trigger_sql

SCHEDULES = ("performance_schedulecurve", "performance_historicalschedulecurve")
BEFORE = ["id", "shares", "source", "of_id", "category_id"]
OLD, OLD_BACK = history_trigger_sql(*SCHEDULES, BEFORE)
NEW, NEW_BACK = history_trigger_sql(*SCHEDULES, [*BEFORE, "region_id", "valid_from", "valid_to", "is_verified"])
ITEM = [
    *("id", "code", "valid_from", "valid_to", "part", "second", "second_zh_hans", "second_mvf"),
    *("name", "name_zh_hans", "name_mvf", "points", "formula", "number", "is_current", "source", "is_verified"),
    "region_id",
]


class Migration(migrations.Migration):
    dependencies = [("performance", "0043_schedules_and_framework")]

    operations = [
        migrations.RunSQL(OLD_BACK + NEW, NEW_BACK + OLD),
        HistoryTriggers("performance_frameworkitem", "performance_historicalframeworkitem", ITEM),
        HistoryTriggers(
            "performance_frameworkpoint",
            "performance_historicalframeworkpoint",
            ["id", "number", "text", "text_zh_hans", "text_mvf", "item_id"],
        ),
    ]
