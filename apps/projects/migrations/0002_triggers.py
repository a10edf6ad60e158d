"""Triggers of projects: copied scope, the total out of the funding lines, frozen versions."""

from django.db import migrations

SCOPE = """
CREATE FUNCTION projects_project_scope() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT u.region_id, u.league_id, u.department_id INTO NEW.region_id, NEW.league_id, NEW.department_id
        FROM regions_unit u WHERE u.id = NEW.unit_id;
    RETURN NEW;
END $$;
CREATE TRIGGER projects_project_scope BEFORE INSERT ON projects_project
    FOR EACH ROW WHEN (NEW.region_id IS NULL OR NEW.league_id IS NULL OR NEW.department_id IS NULL)
    EXECUTE FUNCTION projects_project_scope();

CREATE FUNCTION projects_change_scope() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    SELECT p.unit_id, p.region_id, p.league_id INTO NEW.unit_id, NEW.region_id, NEW.league_id
        FROM projects_project p WHERE p.id = NEW.project_id;
    RETURN NEW;
END $$;
CREATE TRIGGER projects_change_scope BEFORE INSERT ON projects_projectchange
    FOR EACH ROW EXECUTE FUNCTION projects_change_scope();
"""
SCOPE_BACK = """
DROP TRIGGER projects_change_scope ON projects_projectchange;
DROP FUNCTION projects_change_scope();
DROP TRIGGER projects_project_scope ON projects_project;
DROP FUNCTION projects_project_scope();
"""

# Projects in the order of their keys, so that two statements never deadlock.
TOTAL = """
CREATE FUNCTION projects_move_total(changed bigint[]) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM 1 FROM projects_project WHERE id = ANY(changed) ORDER BY id FOR NO KEY UPDATE;
    UPDATE projects_project p SET total = s.total
    FROM (SELECT c.id, coalesce(sum(f.amount), 0) AS total FROM unnest(changed) AS c(id)
          LEFT JOIN projects_fundingline f ON f.project_id = c.id GROUP BY c.id) s
    WHERE p.id = s.id AND p.total <> s.total;
END $$;
CREATE FUNCTION projects_funding_total() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE changed bigint[];
BEGIN
    IF TG_OP = 'INSERT' THEN SELECT array_agg(DISTINCT project_id) INTO changed FROM come;
    ELSIF TG_OP = 'DELETE' THEN SELECT array_agg(DISTINCT project_id) INTO changed FROM gone;
    ELSE SELECT array_agg(DISTINCT project_id) INTO changed
        FROM (SELECT project_id FROM come UNION SELECT project_id FROM gone) both_sides;
    END IF;
    IF changed IS NOT NULL THEN PERFORM projects_move_total(changed); END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER projects_funding_total_come AFTER INSERT ON projects_fundingline
    REFERENCING NEW TABLE AS come FOR EACH STATEMENT EXECUTE FUNCTION projects_funding_total();
CREATE TRIGGER projects_funding_total_gone AFTER DELETE ON projects_fundingline
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION projects_funding_total();
CREATE TRIGGER projects_funding_total_changed AFTER UPDATE ON projects_fundingline
    REFERENCING OLD TABLE AS gone NEW TABLE AS come FOR EACH STATEMENT EXECUTE FUNCTION projects_funding_total();
"""
TOTAL_BACK = """
DROP TRIGGER projects_funding_total_come ON projects_fundingline;
DROP TRIGGER projects_funding_total_gone ON projects_fundingline;
DROP TRIGGER projects_funding_total_changed ON projects_fundingline;
DROP FUNCTION projects_funding_total();
DROP FUNCTION projects_move_total(bigint[]);
"""

FROZEN = """
CREATE FUNCTION projects_version_frozen() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a version of an application cannot be changed';
END $$;
CREATE TRIGGER projects_version_frozen BEFORE UPDATE OR DELETE OR TRUNCATE ON projects_projectversion
    FOR EACH STATEMENT EXECUTE FUNCTION projects_version_frozen();
"""
FROZEN_BACK = """
DROP TRIGGER projects_version_frozen ON projects_projectversion;
DROP FUNCTION projects_version_frozen();
"""


class Migration(migrations.Migration):
    dependencies = [("projects", "0001_initial")]
    operations = [
        migrations.RunSQL(SCOPE, SCOPE_BACK),
        migrations.RunSQL(TOTAL, TOTAL_BACK),
        migrations.RunSQL(FROZEN, FROZEN_BACK),
    ]
