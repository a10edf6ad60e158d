"""History by statement triggers (imbudget.kit.history)."""

from django.db import migrations

from imbudget.kit.history import HistoryTriggers

TABLES = (
    (
        "disbursement_payaccount",
        "disbursement_historicalpayaccount",
        ["id", "region_id", "league_id", "unit_id", "kind", "name", "number", "bank_name", "bank_code", "is_open"],
    ),
    (
        "disbursement_treasurylink",
        "disbursement_historicaltreasurylink",
        ["id", "region_id", "name", "dialect", "place", "holder", "stamp_name", "stamp_key", "is_open"],
    ),
    (
        "disbursement_paymentrequest",
        "disbursement_historicalpaymentrequest",
        [
            "id",
            "uid",
            "number",
            "year_id",
            "region_id",
            "league_id",
            "unit_id",
            "authority_id",
            "account_id",
            "business",
            "settlement",
            "purpose",
            "total",
            "paid",
            "again_id",
            "state",
            "return_reason",
            "hold",
            "author_id",
            "created_at",
            "submitted_at",
        ],
    ),
    (
        "disbursement_paymentrow",
        "disbursement_historicalpaymentrow",
        [
            "id",
            "request_id",
            "number",
            "reference",
            "payee_name",
            "payee_account",
            "payee_bank",
            "payee_bank_code",
            "amount",
            "outcome",
            "reason_code",
            "reason",
            "bank_reference",
            "paid_on",
        ],
    ),
)


class Migration(migrations.Migration):
    dependencies = [("disbursement", "0002_triggers")]

    operations = [HistoryTriggers(*table) for table in TABLES]
