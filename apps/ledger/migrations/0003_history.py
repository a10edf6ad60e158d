"""History by statement triggers (imbudget.kit.history)."""

from django.db import migrations

from imbudget.kit.history import HistoryTriggers

TABLES = (
    (
        "ledger_account",
        "ledger_historicalaccount",
        ["id", "code", "name", "name_zh_hans", "name_mvf", "role", "side", "is_standard", "is_verified", "source"],
    ),
    (
        "ledger_postingrule",
        "ledger_historicalpostingrule",
        ["id", "event", "debit_id", "credit_id", "is_verified", "source"],
    ),
    (
        "ledger_authoritydocument",
        "ledger_historicalauthoritydocument",
        [
            "id",
            "kind",
            "year_id",
            "region_id",
            "league_id",
            "unit_id",
            "number",
            "title",
            "dated",
            "basis",
            "upper_number",
            "upper_id",
            "reason",
            "total",
            "state",
            "return_reason",
            "author_id",
            "created_at",
            "posted_at",
        ],
    ),
    (
        "ledger_documentline",
        "ledger_historicaldocumentline",
        [
            "id",
            "year_id",
            "region_id",
            "document_number",
            "project_code",
            "project_id",
            "unit_id",
            "fund_id",
            "business_division",
            "managing_division",
            "income_code",
            "transfer_function_id",
            "function_id",
            "government_economic_id",
            "department_economic_id",
            "authority_type",
            "source",
            "is_advance",
            "receiving_region_id",
            "upper_document_number",
            "tracking_code",
            "is_procurement",
            "payment_method",
            "is_payroll",
            "direct_flag",
            "is_research",
            "is_debt",
            "is_construction",
            "kind",
            "document_id",
            "number",
            "uid",
            "origin_id",
            "target_id",
            "target_state",
            "amount",
            "summary",
        ],
    ),
    (
        "ledger_books",
        "ledger_historicalbooks",
        ["id", "region_id", "league_id", "year_id", "state", "opened_at", "closed_at"],
    ),
)


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_triggers")]
    operations = [HistoryTriggers(table, history, columns) for table, history, columns in TABLES]
