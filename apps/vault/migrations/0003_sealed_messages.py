"""Messages of the treasury and bodies of vouchers lie encrypted: only a rotation of keys writes their bytes anew, nothing else of them changes.

What they say is held by their digest, which never changes and is of the clear bytes: another content does not fit it.
"""

from django.db import migrations

# Columns that are kept beside the bytes themselves.
KEPT = {
    "disbursement_voucher": (
        "request_id, region_id, league_id, unit_id, division, year, type, number, dated, digest, made_at, total, capital",
        "body",
    ),
    "disbursement_outmessage": ("link_id, voucher_id, name, digest, made_at", "raw"),
    "disbursement_inmessage": ("link_id, digest, received_at", "raw"),
    "disbursement_messagepart": ("id, message_id, number", "raw"),
}
TRIGGER = """
DROP TRIGGER {table}_kept ON {table};
CREATE TRIGGER {table}_kept BEFORE UPDATE OF {columns} OR DELETE OR TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION {table}_kept();
"""
BYTES = """
CREATE TRIGGER {table}_bytes_kept BEFORE UPDATE OF {more} ON {table} FOR EACH STATEMENT
    WHEN (current_setting('app.rotating', true) IS DISTINCT FROM 'on') EXECUTE FUNCTION {table}_kept();
"""
NO_BYTES = "DROP TRIGGER {table}_bytes_kept ON {table};\n"
FORWARD = "".join(
    (TRIGGER + BYTES).format(table=table, columns=columns, more=more) for table, (columns, more) in KEPT.items()
)
BACK = "".join(NO_BYTES.format(table=table) for table in KEPT) + "".join(
    TRIGGER.format(table=table, columns=f"{columns}, {more}") for table, (columns, more) in KEPT.items()
)


class Migration(migrations.Migration):
    dependencies = [("vault", "0002_kept"), ("disbursement", "0031_numbers_and_times")]

    operations = [migrations.RunSQL(FORWARD, BACK)]
