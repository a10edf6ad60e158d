"""The rows behind the measures of the roll-out: sheets that were due as a view, and indexes by the days of cases.

The indexes stand on a table of `lowcode`, which never asks for days: only what counts them here needs them. The two by region
serve lists; the others are summaries of stretches of the table (BRIN), so that the run of every hour reads the last months
only, and an approval costs nothing more.
"""

import django.db.models.deletion
from django.db import migrations, models

DUE = """
CREATE VIEW dashboard_duesheet AS
SELECT u.id * 100000 + due.year_id * 10 + due.number AS id, due.region_id, r.league_id, u.id AS unit_id, due.year_id, due.round,
    due.day AS due, handed.day AS handed_on, coalesce(handed.day <= due.day, false)::int AS on_time
FROM (
    SELECT p.region_id, p.year_id, 'first_up' AS round, 1 AS number, p.first_up_due AS day FROM budget_roundplan p
    WHERE p.has_first_up
    UNION ALL
    SELECT p.region_id, p.year_id, 'second_up', 2, p.second_up_due FROM budget_roundplan p WHERE p.has_second_up
) due
JOIN regions_region r ON r.id = due.region_id
JOIN regions_unit u ON u.region_id = due.region_id
    AND (u.valid_from IS NULL OR u.valid_from <= make_date(due.year_id::int, 1, 1))
    AND (u.valid_to IS NULL OR u.valid_to >= make_date(due.year_id::int, 1, 1))
LEFT JOIN LATERAL (
    SELECT (coalesce(min(c.started_at), s.submitted_at) AT TIME ZONE 'Asia/Shanghai')::date AS day
    FROM budget_budgetsheet s
    LEFT JOIN lowcode_case c ON c.subject = 'budget.sheet' AND c.document_id = s.id
    WHERE s.unit_id = u.id AND s.year_id = due.year_id AND s.round = due.round
    GROUP BY s.id
) handed ON true
WHERE due.day IS NOT NULL
"""
INDEXES = """
CREATE INDEX kpi_case_ended ON lowcode_case (region_id, ended_at) WHERE state = 'approved';
CREATE INDEX kpi_case_started ON lowcode_case (region_id, started_at);
CREATE INDEX kpi_case_days ON lowcode_case USING brin (started_at, ended_at) WITH (pages_per_range = 32, autosummarize = on);
"""
DROP = "DROP INDEX kpi_case_ended, kpi_case_started, kpi_case_days"


ROUNDS = [
    ("first_up", "first submission"),
    ("first_down", "control figures"),
    ("second_up", "second submission"),
    ("second_down", "approval"),
]


def key(to, **more):
    return models.ForeignKey(
        to=to,
        db_constraint=False,
        db_index=False,
        on_delete=django.db.models.deletion.DO_NOTHING,
        related_name="+",
        **more,
    )


class Migration(migrations.Migration):
    dependencies = [
        ("dashboard", "0011_kpi_targets"),
        ("budget", "0073_standard_changes"),
        ("codes", "0015_procurement_items"),
        ("lowcode", "0005_review_purpose"),
        ("regions", "0010_rollout"),
    ]
    operations = [
        migrations.CreateModel(
            name="DueSheet",
            fields=[
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("round", models.CharField(choices=ROUNDS, max_length=12, verbose_name="round")),
                ("due", models.DateField(verbose_name="due")),
                ("handed_on", models.DateField(null=True, verbose_name="handed in on")),
                ("on_time", models.IntegerField(verbose_name="on time")),
                ("league", key("regions.region", null=True)),
                ("region", key("regions.region")),
                ("unit", key("regions.unit")),
                ("year", key("codes.fiscalyear")),
            ],
            options={"db_table": "dashboard_duesheet", "managed": False, "default_permissions": ()},
        ),
        migrations.RunSQL(DUE, "DROP VIEW dashboard_duesheet"),
        migrations.RunSQL(INDEXES, DROP),
    ]
