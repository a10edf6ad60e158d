"""Triggers of files: copied league, rows that never change, and their history."""

from django.db import migrations

from imbudget.kit.history import HistoryTriggers

SCOPE = """
CREATE FUNCTION files_storedfile_scope() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT r.league_id INTO NEW.league_id FROM regions_region r WHERE r.id = NEW.region_id;
    RETURN NEW;
END $$;
CREATE TRIGGER files_storedfile_scope BEFORE INSERT ON files_storedfile
    FOR EACH ROW WHEN (NEW.league_id IS NULL) EXECUTE FUNCTION files_storedfile_scope();
"""
SCOPE_BACK = "DROP TRIGGER files_storedfile_scope ON files_storedfile; DROP FUNCTION files_storedfile_scope();"

# What was signed off with a document is what lies there: only the document that a file belongs to may be set later.
FROZEN = """
CREATE FUNCTION files_storedfile_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.digest, NEW.file, NEW.size, NEW.kind, NEW.name, NEW.uploaded_at)
        IS DISTINCT FROM (OLD.digest, OLD.file, OLD.size, OLD.kind, OLD.name, OLD.uploaded_at)
        OR OLD.subject_label <> '' AND (NEW.subject_label, NEW.subject_id) <> (OLD.subject_label, OLD.subject_id) THEN
        RAISE EXCEPTION 'an attached file cannot be changed';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER files_storedfile_frozen BEFORE UPDATE ON files_storedfile
    FOR EACH ROW EXECUTE FUNCTION files_storedfile_frozen();
"""
FROZEN_BACK = "DROP TRIGGER files_storedfile_frozen ON files_storedfile; DROP FUNCTION files_storedfile_frozen();"


class Migration(migrations.Migration):
    dependencies = [("files", "0001_initial")]
    operations = [
        migrations.RunSQL(SCOPE, SCOPE_BACK),
        migrations.RunSQL(FROZEN, FROZEN_BACK),
        HistoryTriggers(
            "files_storedfile",
            "files_historicalstoredfile",
            [
                "id",
                "region_id",
                "league_id",
                "unit_id",
                "name",
                "kind",
                "size",
                "digest",
                "file",
                "uploaded_by_id",
                "uploaded_at",
                "subject_label",
                "subject_id",
            ],
        ),
    ]
