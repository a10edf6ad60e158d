"""Copied scope of indicators and comments; what was commented is kept as it was said; histories by statement triggers.

DB001: kept.
"""

from django.db import migrations

from imbudget.kit.history import HistoryTriggers

SCOPE = """
CREATE FUNCTION performance_library_scope() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.unit_id IS NOT NULL THEN
        SELECT u.region_id INTO NEW.region_id FROM regions_unit u WHERE u.id = NEW.unit_id;
    END IF;
    NEW.league_id := (SELECT r.league_id FROM regions_region r WHERE r.id = NEW.region_id);
    RETURN NEW;
END $$;
CREATE TRIGGER performance_library_scope BEFORE INSERT ON performance_libraryindicator
    FOR EACH ROW EXECUTE FUNCTION performance_library_scope();

CREATE FUNCTION performance_comment_scope() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT p.region_id, p.league_id, p.unit_id INTO NEW.region_id, NEW.league_id, NEW.unit_id
    FROM projects_project p WHERE p.id = NEW.project_id;
    RETURN NEW;
END $$;
CREATE TRIGGER performance_comment_scope BEFORE INSERT ON performance_goalcomment
    FOR EACH ROW EXECUTE FUNCTION performance_comment_scope();
"""
SCOPE_BACK = """
DROP TRIGGER performance_library_scope ON performance_libraryindicator;
DROP FUNCTION performance_library_scope();
DROP TRIGGER performance_comment_scope ON performance_goalcomment;
DROP FUNCTION performance_comment_scope();
"""
KEEP = """
CREATE FUNCTION performance_goalcomment_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a comment on goals is kept as it was said' USING ERRCODE = 'DB001';
END $$;
CREATE TRIGGER performance_goalcomment_kept BEFORE UPDATE OF project_id, version, line, content, said, kind, text, author_id, made_at
    OR DELETE OR TRUNCATE ON performance_goalcomment
    FOR EACH STATEMENT EXECUTE FUNCTION performance_goalcomment_kept();
"""
KEEP_BACK = """
DROP TRIGGER performance_goalcomment_kept ON performance_goalcomment;
DROP FUNCTION performance_goalcomment_kept();
"""
TABLES = (
    (
        "performance_indicatorset",
        "performance_historicalindicatorset",
        ["id", "code", "name", "name_zh_hans", "name_mvf", "is_active", "source"],
    ),
    (
        "performance_libraryindicator",
        "performance_historicallibraryindicator",
        [
            *("id", "code", "kind", "content", "content_zh_hans", "content_mvf", "formula", "formula_zh_hans"),
            *("formula_mvf", "nature", "value", "measure", "points", "scoring", "scoring_zh_hans", "scoring_mvf"),
            *("source", "basis", "is_core", "is_verified", "valid_from", "valid_to", "of_id", "region_id"),
            *("league_id", "unit_id", "adapted_from_id"),
        ],
    ),
    (
        "performance_goalrule",
        "performance_historicalgoalrule",
        [
            *("id", "code", "level", "message", "message_zh_hans", "message_mvf", "basis", "basis_zh_hans"),
            *("basis_mvf", "parameters", "valid_from", "valid_to", "is_verified", "source", "region_id"),
        ],
    ),
    (
        "performance_goalcomment",
        "performance_historicalgoalcomment",
        [
            *("id", "version", "line", "content", "said", "kind", "text", "state", "made_at", "answer", "is_changed"),
            *("answered_at", "project_id", "region_id", "league_id", "unit_id", "author_id", "answered_by_id"),
        ],
    ),
)


class Migration(migrations.Migration):
    dependencies = [("performance", "0010_goals")]

    operations = [
        migrations.RunSQL(SCOPE, SCOPE_BACK),
        migrations.RunSQL(KEEP, KEEP_BACK),
        *(HistoryTriggers(*table) for table in TABLES),
    ]
