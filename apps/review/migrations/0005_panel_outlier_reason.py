"""The reason of a score far off is written once, after the sheet was handed in; everything else of the sheet stays."""

from django.db import migrations

BODY = """
CREATE OR REPLACE FUNCTION review_scoresheet_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a row of review_scoresheet is kept for ever';
    END IF;
    IF to_jsonb(NEW) {but} IS DISTINCT FROM to_jsonb(OLD) {but} {once} THEN
        RAISE EXCEPTION 'a row of review_scoresheet cannot be changed any more';
    END IF;
    RETURN NEW;
END $$;
"""
NOW = BODY.format(
    but="- 'outlier_reason'",
    once="OR (OLD.outlier_reason <> '' AND NEW.outlier_reason IS DISTINCT FROM OLD.outlier_reason)",
)
BEFORE = BODY.format(but="", once="")


class Migration(migrations.Migration):
    dependencies = [("review", "0004_proofs")]
    operations = [migrations.RunSQL(NOW, BEFORE)]
