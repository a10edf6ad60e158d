"""Each version of these rows is chained in evidence; those that are there are taken in."""

from django.db import migrations

from apps.evidence.chained import chain_rows

TABLES = (
    "disbursement_paymentrequest",
    "disbursement_paymentrow",
    "disbursement_voucher",
)


class Migration(migrations.Migration):
    dependencies = [("disbursement", "0031_numbers_and_times"), ("evidence", "0020_rows")]
    operations = chain_rows(*TABLES)
