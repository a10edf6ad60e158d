"""Each version of these rows is chained in evidence; those that are there are taken in."""

from django.db import migrations

from apps.evidence.chained import chain_rows

TABLES = (
    "performance_evaluation",
    "performance_evaluationline",
    "performance_spotcheck",
    "performance_lowering",
)


class Migration(migrations.Migration):
    dependencies = [("performance", "0047_checked_values"), ("evidence", "0020_rows")]
    operations = chain_rows(*TABLES)
