"""A request is found by the beginning of its number, and by its state where it is not paid; a region lies in one league.

Keys that an index of the lists begins with need none of their own: the planner laid two of them over each other where one
index in the order of the list was quicker, and each costs every new row.
"""

import django.db.models.deletion
from django.db import migrations, models

UNPAID = ["approved", "draft", "failed", "part", "refused", "returned", "stopped", "submitted", "withdrawn"]
# Whoever knows the region knows the league: otherwise the planner takes the rows of both for far fewer than they are.
TABLES = {"paymentrequest": "region_id, league_id, unit_id", "daybook": "region_id, league_id, account_id"}
SCOPES = "".join(
    f"CREATE STATISTICS disbursement_{table}_scope (dependencies) ON {columns} FROM disbursement_{table};"
    for table, columns in TABLES.items()
)
SCOPES_BACK = "".join(f"DROP STATISTICS disbursement_{table}_scope;" for table in TABLES)


# Once: a constraint says it with one index; a field that is unique has a second one, for beginnings that nobody looks for.
REFERENCE = models.CharField(editable=False, max_length=35, verbose_name="reference")


def _key(to: str, **kwargs: object) -> models.ForeignKey:
    given = {"db_index": False, "on_delete": django.db.models.deletion.PROTECT, "related_name": "+", "to": to}
    return models.ForeignKey(**given | kwargs)


class Migration(migrations.Migration):
    dependencies = [
        ("codes", "0015_procurement_items"),
        ("disbursement", "0013_sets_compared"),
        ("regions", "0008_payment_grants"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="paymentrequest",
            index=models.Index(fields=["number"], name="request_number", opclasses=["varchar_pattern_ops"]),
        ),
        migrations.AddIndex(
            model_name="paymentrequest",
            index=models.Index(
                fields=["league", "state", "-id"], name="request_unpaid", condition=models.Q(state__in=UNPAID)
            ),
        ),
        migrations.AlterField("paymentrequest", "league", _key("regions.region", editable=False, null=True)),
        migrations.AlterField("paymentrequest", "region", _key("regions.region", verbose_name="region")),
        migrations.AlterField("paymentrequest", "unit", _key("regions.unit", verbose_name="budget unit")),
        migrations.AlterField("paymentrequest", "year", _key("codes.fiscalyear", verbose_name="fiscal year")),
        migrations.AlterField(
            "paymentrow",
            "request",
            models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="rows",
                to="disbursement.paymentrequest",
                verbose_name="payment request",
            ),
        ),
        migrations.AlterField("historicalpaymentrow", "reference", REFERENCE),
        migrations.AlterField("paymentrow", "reference", REFERENCE),
        migrations.AddConstraint(
            model_name="paymentrow",
            constraint=models.UniqueConstraint(fields=("reference",), name="payment_row_reference_once"),
        ),
        migrations.RunSQL(SCOPES, SCOPES_BACK),
    ]
