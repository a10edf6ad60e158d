"""Each version of these rows is chained in evidence; those that are there are taken in."""

from django.db import migrations

from apps.evidence.chained import chain_rows

TABLES = (
    "review_scoresheet",
    "review_conclusion",
    "review_dissent",
)


class Migration(migrations.Migration):
    dependencies = [("review", "0008_seen_days"), ("evidence", "0020_rows")]
    operations = chain_rows(*TABLES)
