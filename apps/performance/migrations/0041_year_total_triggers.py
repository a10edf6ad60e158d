"""Whose project years changed is marked; what is there already waits for the first fold."""

from django.db import migrations

ACTS = {
    "INSERT": ("NEW TABLE AS come", "SELECT unit_id, year_id FROM come"),
    "UPDATE": (
        "OLD TABLE AS gone NEW TABLE AS come",
        "SELECT unit_id, year_id FROM come UNION SELECT unit_id, year_id FROM gone",
    ),
    "DELETE": ("OLD TABLE AS gone", "SELECT unit_id, year_id FROM gone"),
}
MARKS = (
    "".join(
        f"""
CREATE FUNCTION performance_projectyear_total_{act.lower()}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO performance_staletotal (unit, year) SELECT DISTINCT unit_id, year_id FROM ({rows}) changed;
    RETURN NULL;
END $$;
CREATE TRIGGER performance_projectyear_total_{act.lower()} AFTER {act} ON performance_projectyear
    REFERENCING {sets} FOR EACH STATEMENT EXECUTE FUNCTION performance_projectyear_total_{act.lower()}();
"""
        for act, (sets, rows) in ACTS.items()
    )
    + "INSERT INTO performance_staletotal (unit, year) SELECT DISTINCT unit_id, year_id FROM performance_projectyear;"
)
MARKS_BACK = "".join(
    f"""
DROP TRIGGER performance_projectyear_total_{act.lower()} ON performance_projectyear;
DROP FUNCTION performance_projectyear_total_{act.lower()}();
"""
    for act in ACTS
)


class Migration(migrations.Migration):
    dependencies = [("performance", "0040_year_totals")]

    operations = [migrations.RunSQL(MARKS, MARKS_BACK)]
