"""Each version of these rows is chained in evidence; those that are there are taken in."""

from django.db import migrations

from apps.evidence.chained import chain_rows

TABLES = (
    "ledger_authority",
    "ledger_authoritydocument",
    "ledger_documentline",
    "ledger_posting",
    "ledger_entry",
)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0011_keys_by_statement"), ("evidence", "0020_rows")]
    operations = chain_rows(*TABLES)
