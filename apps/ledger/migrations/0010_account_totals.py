"""The totals of accounts: appended by a statement trigger with the entries, filled with what was posted before."""

import django.db.models.deletion
from django.db import migrations, models

# The posting is looked up for each sum: a plan made for a document of many lines would read all postings for a payment.
TOTALS = """
CREATE FUNCTION ledger_entry_totals() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO ledger_accounttotal (year_id, region_id, account_id, debit, credit)
    SELECT p.year_id, p.region_id, c.account_id, sum(c.debit), sum(c.credit)
    FROM (
        SELECT posting_id, account_id, sum(amount * (side = 1)::int) AS debit, sum(amount * (side = -1)::int) AS credit
        FROM come GROUP BY posting_id, account_id
    ) c
    CROSS JOIN LATERAL (SELECT year_id, region_id FROM ledger_posting WHERE id = c.posting_id OFFSET 0) p
    GROUP BY p.year_id, p.region_id, c.account_id;
    RETURN NULL;
END $$;
CREATE TRIGGER ledger_entry_totals AFTER INSERT ON ledger_entry
    REFERENCING NEW TABLE AS come FOR EACH STATEMENT EXECUTE FUNCTION ledger_entry_totals();
"""
TOTALS_BACK = "DROP TRIGGER ledger_entry_totals ON ledger_entry; DROP FUNCTION ledger_entry_totals();"
FILL = """
INSERT INTO ledger_accounttotal (year_id, region_id, account_id, debit, credit)
SELECT p.year_id, p.region_id, e.account_id, coalesce(sum(e.amount) FILTER (WHERE e.side = 1), 0),
       coalesce(sum(e.amount) FILTER (WHERE e.side = -1), 0)
FROM ledger_entry e JOIN ledger_posting p ON p.id = e.posting_id GROUP BY 1, 2, 3
"""
# Filled and emptied all day: its dead rows must not pile up.
STORAGE = """
ALTER TABLE ledger_accounttotal SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000)
"""


def key(model: str) -> models.ForeignKey:
    """A key of a derived row."""
    return models.ForeignKey(
        db_constraint=False,
        db_index=False,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to=model,
        verbose_name=model.rpartition(".")[2].removeprefix("fiscal"),
    )


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_history")]
    operations = [
        migrations.CreateModel(
            name="AccountTotal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("debit", models.DecimalField(decimal_places=2, max_digits=20, verbose_name="debit")),
                ("credit", models.DecimalField(decimal_places=2, max_digits=20, verbose_name="credit")),
                ("account", key("ledger.account")),
                ("region", key("regions.region")),
                ("year", key("codes.fiscalyear")),
            ],
            options={"indexes": [models.Index(fields=["region", "year"], name="accounttotal_books")]},
        ),
        migrations.RunSQL(TOTALS, TOTALS_BACK),
        migrations.RunSQL(STORAGE, migrations.RunSQL.noop),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
    ]
