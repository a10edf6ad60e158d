"""History by statement triggers (imbudget.kit.history)."""

from django.db import migrations

from imbudget.kit.history import HistoryTriggers

TABLES = (
    (
        "subsidy_subsidy",
        "subsidy_historicalsubsidy",
        [
            "id",
            "region_id",
            "code",
            "name",
            "short_name",
            "level",
            "basis",
            "measure",
            "cycle",
            "due_month",
            "department_id",
            "hot_topic_id",
            "economic_prefix",
            "function_prefix",
            "publicity_days",
            "is_open",
        ],
    ),
    (
        "subsidy_standard",
        "subsidy_historicalstandard",
        [
            "id",
            "subsidy_id",
            "region_id",
            "year_id",
            "ban_rate",
            "balance_rate",
            "unit_rate",
            "floor",
            "cap",
            "valid_from",
            "valid_to",
            "source",
        ],
    ),
    (
        "subsidy_coefficient",
        "subsidy_historicalcoefficient",
        ["id", "standard_id", "grass_class", "value"],
    ),
    (
        "subsidy_household",
        "subsidy_historicalhousehold",
        [
            "id",
            "region_id",
            "league_id",
            "place_id",
            "code",
            "head_name",
            "id_number",
            "card",
            "bank",
            "bank_code",
            "people",
            "livestock",
            "state",
            "is_low_income",
            "is_lifted",
            "is_destitute",
        ],
    ),
    (
        "subsidy_parcel",
        "subsidy_historicalparcel",
        ["id", "household_id", "number", "area", "grass_class", "kind", "valid_from", "valid_to", "source"],
    ),
    (
        "subsidy_violation",
        "subsidy_historicalviolation",
        ["id", "household_id", "kind", "happened_on", "amount", "recorder", "document", "author_id"],
    ),
    (
        "subsidy_roster",
        "subsidy_historicalroster",
        [
            "id",
            "region_id",
            "league_id",
            "unit_id",
            "subsidy_id",
            "year_id",
            "instalment",
            "share",
            "as_of",
            "place_id",
            "count",
            "total",
            "stops",
            "warns",
            "checked_at",
            "state",
            "return_reason",
            "published_on",
            "public_until",
            "objections_to",
            "author_id",
            "created_at",
        ],
    ),
)


class Migration(migrations.Migration):
    dependencies = [("subsidy", "0002_triggers")]

    operations = [HistoryTriggers(*table) for table in TABLES]
