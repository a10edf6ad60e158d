"""Triggers of the review: copied scope, and what never changes once it is done."""

from django.db import migrations

LEAGUE = "SELECT r.league_id INTO NEW.league_id FROM regions_region r WHERE r.id = NEW.region_id"
FROM_PROJECT = (
    "SELECT p.unit_id, p.region_id, p.league_id INTO NEW.unit_id, NEW.region_id, NEW.league_id"
    " FROM projects_project p WHERE p.id = NEW.project_id"
)
FROM = "SELECT s.region_id, s.league_id INTO NEW.region_id, NEW.league_id FROM {table} s WHERE s.id = NEW.{key}_id"
SCOPES = {
    "review_expert": LEAGUE,
    "review_review": LEAGUE,
    "review_dossier": FROM_PROJECT,
    "review_reviewitem": "SELECT p.unit_id INTO NEW.unit_id FROM projects_project p WHERE p.id = NEW.project_id",
    "review_conclusion": FROM.format(table="review_review", key="review"),
    "review_publicity": FROM.format(table="review_conclusion", key="conclusion"),
    "review_objection": FROM.format(table="review_publicity", key="publicity"),
}
SCOPE = "".join(
    f"""
CREATE FUNCTION {table}_scope() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {statement};
    RETURN NEW;
END $$;
CREATE TRIGGER {table}_scope BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_scope();
"""
    for table, statement in SCOPES.items()
)
SCOPE_BACK = "".join(f"DROP TRIGGER {table}_scope ON {table}; DROP FUNCTION {table}_scope();" for table in SCOPES)

# Table → what must hold for a row to be kept as it is, and the columns that may still move ("": none).
KEPT = {
    "review_draw": ("OLD.state IN ('drawn', 'refused')", ("seed",)),  # encrypted anew under another key
    "review_scoresheet": ("OLD.state = 'submitted'", ()),
    "review_discussionnote": ("true", ()),
    "review_dissent": ("true", ()),
    "review_conclusion": ("OLD.state = 'confirmed'", ()),
    "review_publicity": ("true", ("state", "changed_at", "ended_at", "down_reason", "down_by_id")),
    "review_publicityitem": ("true", ("outcome",)),
    "review_objection": (
        "true",
        (
            *("state", "handler_id", "finding", "answer", "is_answer_public", "accepted_at", "due_on", "decided_at"),
            *("name", "contact", "source"),  # encrypted anew under another key, never read by the trigger
        ),
    ),
}
KEEP = "".join(
    f"""
CREATE FUNCTION {table}_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'a row of {table} is kept for ever';
    END IF;
    IF to_jsonb(NEW) - '{{{",".join(free)}}}'::text[] IS DISTINCT FROM to_jsonb(OLD) - '{{{",".join(free)}}}'::text[] THEN
        RAISE EXCEPTION 'a row of {table} cannot be changed any more';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE ON {table}
    FOR EACH ROW WHEN ({when}) EXECUTE FUNCTION {table}_kept();
"""
    for table, (when, free) in KEPT.items()
)
KEEP_BACK = "".join(f"DROP TRIGGER {table}_kept ON {table}; DROP FUNCTION {table}_kept();" for table in KEPT)


class Migration(migrations.Migration):
    dependencies = [("review", "0001_initial")]
    operations = [migrations.RunSQL(SCOPE, SCOPE_BACK), migrations.RunSQL(KEEP, KEEP_BACK)]
