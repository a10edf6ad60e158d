"""A notice's term counts the days on which the system was seen."""

from datetime import timedelta

from django.conf import settings
from django.db import migrations, models
from django.utils import timezone

from imbudget.kit.history import HistoryTriggers, history_trigger_sql

NAMES = ("review_publicity", "review_historicalpublicity")
COLUMNS = [
    "id",
    "conclusion_id",
    "region_id",
    "league_id",
    "year",
    "number",
    "title",
    "title_zh_hans",
    "title_mvf",
    "text",
    "text_zh_hans",
    "text_mvf",
    "days",
    "counting",
    "source",
    "starts_on",
    "ends_on",
    "digest",
    "state",
    "author_id",
    "published_at",
    "ended_at",
    "down_reason",
    "down_by_id",
]
MADE, DROPPED = history_trigger_sql(*NAMES, COLUMNS)

# As 0002_triggers made it, but for the end of a term, which may be moved on and never back.
KEPT = """
CREATE OR REPLACE FUNCTION review_publicity_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a row of review_publicity is kept for ever';
    END IF;
    IF to_jsonb(NEW) - '{{{free}}}'::text[] IS DISTINCT FROM to_jsonb(OLD) - '{{{free}}}'::text[] {more} THEN
        RAISE EXCEPTION 'a row of review_publicity cannot be changed any more';
    END IF;
    RETURN NEW;
END $$;
"""
FREE = "state,changed_at,ended_at,down_reason,down_by_id"
MOVES = "OR OLD.moved_to IS NOT NULL AND (NEW.moved_to IS NULL OR NEW.moved_to < OLD.moved_to)"

STAYS = """
CREATE FUNCTION review_seenday_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF (NEW.day, NEW.first_at) = (OLD.day, OLD.first_at) AND NEW.last_at >= OLD.last_at THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'a day that was seen is kept as it is' USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE TRIGGER review_seenday_kept BEFORE UPDATE OR DELETE ON review_seenday
    FOR EACH ROW EXECUTE FUNCTION review_seenday_kept();
CREATE TRIGGER review_seenday_stays BEFORE TRUNCATE ON review_seenday
    FOR EACH STATEMENT EXECUTE FUNCTION review_seenday_kept();
"""
GOES = "DROP TRIGGER review_seenday_stays ON review_seenday; DROP TRIGGER review_seenday_kept ON review_seenday; DROP FUNCTION review_seenday_kept();"


def count_days_before(apps, schema_editor):
    """Days of terms before this rule came count as seen: nobody wrote them down then."""
    publicity, seen_day = apps.get_model("review", "Publicity"), apps.get_model("review", "SeenDay")
    first = publicity.objects.aggregate(first=models.Min("starts_on"))["first"]
    today, now = timezone.localdate(), timezone.now()
    days = [first + timedelta(days=number) for number in range((today - first).days + 1)] if first else []
    seen_day.objects.bulk_create([seen_day(day=day, first_at=now, last_at=now) for day in days], batch_size=1000)


class Migration(migrations.Migration):
    dependencies = [
        ("regions", "0005_review_grants"),
        ("review", "0007_public_indexes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SeenDay",
            fields=[
                ("day", models.DateField(primary_key=True, serialize=False, verbose_name="day")),
                ("first_at", models.DateTimeField(verbose_name="first seen at")),
                ("last_at", models.DateTimeField(verbose_name="last seen at")),
            ],
            options={
                "verbose_name": "day on which the system was seen",
                "verbose_name_plural": "days on which the system was seen",
                "ordering": ["day"],
            },
        ),
        migrations.AddField(
            model_name="historicalpublicity",
            name="moved_to",
            field=models.DateField(blank=True, editable=False, null=True, verbose_name="last day after missed days"),
        ),
        migrations.AddField(
            model_name="publicity",
            name="moved_to",
            field=models.DateField(blank=True, editable=False, null=True, verbose_name="last day after missed days"),
        ),
        migrations.AlterField(
            model_name="historicalpublicity",
            name="ends_on",
            field=models.DateField(verbose_name="last day as planned"),
        ),
        migrations.AlterField(
            model_name="publicity",
            name="ends_on",
            field=models.DateField(verbose_name="last day as planned"),
        ),
        migrations.AddConstraint(
            model_name="publicity",
            constraint=models.CheckConstraint(
                condition=models.Q(("moved_to", None), ("moved_to__gt", models.F("ends_on")), _connector="OR"),
                name="publicity_moves_on_only",
            ),
        ),
        migrations.RunSQL(DROPPED, MADE),
        HistoryTriggers(*NAMES, [*COLUMNS, "moved_to"]),
        migrations.RunSQL(KEPT.format(free=f"{FREE},moved_to", more=MOVES), KEPT.format(free=FREE, more="")),
        migrations.RunSQL(STAYS, GOES),
        migrations.RunPython(count_days_before, migrations.RunPython.noop),
    ]
