"""Scope copied from the project's year; reports, quantities and answers are kept; new years wait for their figures.

DB001: kept.
"""

from django.db import migrations

from imbudget.kit.history import HistoryTriggers

SCOPE = """
CREATE FUNCTION performance_progressreport_scope() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT y.region_id, y.league_id, y.unit_id INTO NEW.region_id, NEW.league_id, NEW.unit_id
    FROM performance_projectyear y WHERE y.id = NEW.of_id;
    RETURN NEW;
END $$;
CREATE TRIGGER performance_progressreport_scope BEFORE INSERT ON performance_progressreport
    FOR EACH ROW EXECUTE FUNCTION performance_progressreport_scope();
CREATE FUNCTION performance_survey_scope() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT y.region_id, y.league_id, y.unit_id INTO NEW.region_id, NEW.league_id, NEW.unit_id
    FROM performance_target t JOIN performance_projectyear y ON y.id = t.of_id WHERE t.id = NEW.target_id;
    RETURN NEW;
END $$;
CREATE TRIGGER performance_survey_scope BEFORE INSERT ON performance_survey
    FOR EACH ROW EXECUTE FUNCTION performance_survey_scope();
"""
SCOPE_BACK = "".join(
    f"DROP TRIGGER {table}_scope ON {table}; DROP FUNCTION {table}_scope();"
    for table in ("performance_progressreport", "performance_survey")
)

KEPT = {
    "performance_surveyanswer": "UPDATE OR DELETE OR TRUNCATE",
    "performance_progressreport": "DELETE OR TRUNCATE",
    "performance_survey": "DELETE OR TRUNCATE",
}
KEEP = "".join(
    f"""
CREATE FUNCTION {table}_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'what stands in {table} is kept for ever' USING ERRCODE = 'DB001';
END $$;
CREATE TRIGGER {table}_kept BEFORE {acts} ON {table} FOR EACH STATEMENT EXECUTE FUNCTION {table}_kept();
"""
    for table, acts in KEPT.items()
)
KEEP_BACK = "".join(f"DROP TRIGGER {table}_kept ON {table}; DROP FUNCTION {table}_kept();" for table in KEPT)

# What was handed in stays as it was handed in: a mistake is put right by another report.
PARTS = ("performance_progressquantity", "performance_progressfile")
FROZEN = """
CREATE FUNCTION performance_progress_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM performance_progressreport r
               WHERE r.id IN (OLD.report_id, NEW.report_id) AND r.state <> 'draft') THEN
        RAISE EXCEPTION 'a progress report that was handed in is kept' USING ERRCODE = 'DB001';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;
CREATE FUNCTION performance_report_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> 'draft' AND (NEW.as_of, NEW.percent, NEW.words, NEW.number, NEW.of_id, NEW.submitted_at)
        IS DISTINCT FROM (OLD.as_of, OLD.percent, OLD.words, OLD.number, OLD.of_id, OLD.submitted_at) THEN
        RAISE EXCEPTION 'a progress report that was handed in is kept' USING ERRCODE = 'DB001';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER performance_report_frozen BEFORE UPDATE ON performance_progressreport
    FOR EACH ROW EXECUTE FUNCTION performance_report_frozen();
""" + "".join(
    f"""
CREATE TRIGGER {table}_frozen BEFORE INSERT OR UPDATE OR DELETE ON {table}
    FOR EACH ROW EXECUTE FUNCTION performance_progress_frozen();
"""
    for table in PARTS
)
FROZEN_BACK = (
    "".join(f"DROP TRIGGER {table}_frozen ON {table};" for table in PARTS)
    + """
DROP TRIGGER performance_report_frozen ON performance_progressreport;
DROP FUNCTION performance_report_frozen();
DROP FUNCTION performance_progress_frozen();
"""
)

# A year that was opened has its figures within the fold's next run, whoever opened it; so have those that stand open.
STALE = """
CREATE FUNCTION performance_projectyear_stale() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO performance_stalemoney (project, year) SELECT project_id, year_id FROM come;
    RETURN NULL;
END $$;
CREATE TRIGGER performance_projectyear_stale AFTER INSERT ON performance_projectyear
    REFERENCING NEW TABLE AS come FOR EACH STATEMENT EXECUTE FUNCTION performance_projectyear_stale();
INSERT INTO performance_stalemoney (project, year) SELECT project_id, year_id FROM performance_projectyear;
"""
STALE_BACK = """
DROP TRIGGER performance_projectyear_stale ON performance_projectyear;
DROP FUNCTION performance_projectyear_stale();
"""

TABLES = (
    (
        "performance_progressreport",
        "performance_historicalprogressreport",
        [
            "id",
            "of_id",
            "region_id",
            "league_id",
            "unit_id",
            "number",
            "as_of",
            "percent",
            "words",
            "started_on",
            "finished_on",
            "client_key",
            "corrects_id",
            "answer_id",
            "state",
            "return_reason",
            "author_id",
            "created_at",
            "submitted_at",
        ],
    ),
    (
        "performance_survey",
        "performance_historicalsurvey",
        [
            "id",
            "target_id",
            "version_id",
            "region_id",
            "league_id",
            "unit_id",
            "code",
            "title",
            "opens_on",
            "closes_on",
            "minimum",
            "state",
            "score",
            "counted",
            "excluded",
            "result_id",
            "author_id",
            "opened_at",
            "closed_at",
        ],
    ),
)


class Migration(migrations.Migration):
    dependencies = [("performance", "0015_collect"), ("ledger", "0001_initial")]

    operations = [
        migrations.RunSQL(SCOPE, SCOPE_BACK),
        migrations.RunSQL(KEEP, KEEP_BACK),
        migrations.RunSQL(FROZEN, FROZEN_BACK),
        migrations.RunSQL(STALE, STALE_BACK),
        *(HistoryTriggers(*table) for table in TABLES),
    ]
