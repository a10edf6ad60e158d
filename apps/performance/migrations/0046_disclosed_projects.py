"""Projects by name in what is published; what stands there is kept as it was published.

DB001: kept.
"""

import django.db.models.deletion
from django.db import migrations, models

KEEP = """
CREATE FUNCTION performance_disclosedproject_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what stands in performance_disclosedproject is kept for ever' USING ERRCODE = 'DB001';
END $$;
CREATE TRIGGER performance_disclosedproject_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON performance_disclosedproject
    FOR EACH STATEMENT EXECUTE FUNCTION performance_disclosedproject_kept();
"""
KEEP_BACK = """
DROP TRIGGER performance_disclosedproject_kept ON performance_disclosedproject;
DROP FUNCTION performance_disclosedproject_kept();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("performance", "0044_framework_history"),
    ]

    operations = [
        migrations.CreateModel(
            name="DisclosedProject",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveIntegerField(verbose_name="no.")),
                ("code", models.CharField(max_length=21, verbose_name="project code")),
                ("name", models.CharField(max_length=200, verbose_name="project name")),
                ("department", models.CharField(max_length=20, verbose_name="department code")),
                ("department_name", models.CharField(blank=True, max_length=360, verbose_name="competent department")),
                ("department_mvf", models.CharField(blank=True, max_length=360, verbose_name="competent department")),
                ("unit", models.CharField(max_length=21, verbose_name="unit code")),
                ("unit_name", models.CharField(blank=True, max_length=360, verbose_name="budget unit")),
                ("unit_mvf", models.CharField(blank=True, max_length=360, verbose_name="budget unit")),
                ("category", models.CharField(blank=True, max_length=40, verbose_name="category code")),
                ("category_name", models.CharField(blank=True, max_length=360, verbose_name="category")),
                ("category_mvf", models.CharField(blank=True, max_length=360, verbose_name="category")),
                (
                    "budget",
                    models.DecimalField(decimal_places=2, max_digits=20, verbose_name="budget of the whole year"),
                ),
                ("executed", models.DecimalField(decimal_places=2, max_digits=20, verbose_name="executed")),
                ("score", models.DecimalField(decimal_places=2, max_digits=5, null=True, verbose_name="score")),
                (
                    "grade",
                    models.CharField(
                        blank=True,
                        choices=[("excellent", "excellent"), ("good", "good"), ("fair", "fair"), ("poor", "poor")],
                        max_length=9,
                        verbose_name="grade",
                    ),
                ),
                (
                    "disclosure",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="projects",
                        to="performance.disclosure",
                    ),
                ),
            ],
            options={
                "verbose_name": "published project",
                "verbose_name_plural": "published projects",
                "ordering": ["disclosure", "number"],
                "constraints": [
                    models.UniqueConstraint(fields=("disclosure", "number"), name="disclosed_project_once")
                ],
            },
        ),
        migrations.RunSQL(KEEP, KEEP_BACK),
    ]
