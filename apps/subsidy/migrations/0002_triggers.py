"""Copied scope, keys held once a statement, and lines of rosters that are kept once the roster was handed in.

DB001: kept.
"""

from django.db import migrations

from imbudget.kit.setkeys import SetKeys

LEAGUE = "SELECT r.league_id INTO NEW.league_id FROM regions_region r WHERE r.id = NEW.region_id"
OF_ROSTER = (
    "SELECT r.region_id, r.league_id, r.unit_id INTO NEW.region_id, NEW.league_id, NEW.unit_id"
    " FROM subsidy_roster r WHERE r.id = NEW.roster_id"
)
# Whole registers come with their league already: asked for each row it would cost as much as the row.
SCOPES = {
    "subsidy_place": (LEAGUE, ""),
    "subsidy_household": (LEAGUE, "WHEN (NEW.league_id IS NULL)"),
    "subsidy_listedperson": (LEAGUE, "WHEN (NEW.league_id IS NULL)"),
    "subsidy_roster": (LEAGUE, ""),
    "subsidy_rosterobjection": (OF_ROSTER, ""),
}
SCOPE = "".join(
    f"""
CREATE FUNCTION {table}_scope() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    {statement};
    RETURN NEW;
END $$;
CREATE TRIGGER {table}_scope BEFORE INSERT ON {table} FOR EACH ROW {when} EXECUTE FUNCTION {table}_scope();
"""
    for table, (statement, when) in SCOPES.items()
)
SCOPE_BACK = "".join(f"DROP TRIGGER {table}_scope ON {table}; DROP FUNCTION {table}_scope();" for table in SCOPES)

# Who gets how much is settled when the roster is handed in. Afterwards money only changes hands: a line that is paid stays
# so until the money comes back, one that is given back for ever; so what was issued is always what was paid, given back
# and not yet paid together.
LINES = """
CREATE FUNCTION subsidy_lines_kept() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE touched bigint[];
BEGIN
    CASE TG_OP
        WHEN 'INSERT' THEN SELECT array_agg(DISTINCT roster_id) INTO touched FROM come;
        WHEN 'DELETE' THEN SELECT array_agg(DISTINCT roster_id) INTO touched FROM gone;
        ELSE
            IF EXISTS (SELECT FROM gone g JOIN come c ON c.id = g.id WHERE g.outcome IN ('paid', 'stopped')
                       AND ((c.name, c.amount) IS DISTINCT FROM (g.name, g.amount)
                            OR c.outcome <> g.outcome AND (g.outcome, c.outcome) <> ('paid', 'stopped'))) THEN
                RAISE EXCEPTION 'a line that is paid or given back is kept' USING ERRCODE = 'DB001';
            END IF;
            SELECT array_agg(DISTINCT c.roster_id) INTO touched
            FROM come c JOIN gone g ON g.id = c.id
            WHERE (c.roster_id, c.number, c.household_id, c.code, c.id_index, c.sumu_id, c.gacha_id, c.quantity,
                   c.gross, c.deduction, c.amount)
                  IS DISTINCT FROM
                  (g.roster_id, g.number, g.household_id, g.code, g.id_index, g.sumu_id, g.gacha_id, g.quantity,
                   g.gross, g.deduction, g.amount);
    END CASE;
    IF EXISTS (SELECT FROM subsidy_roster r
               WHERE r.id = ANY(touched) AND r.state NOT IN ('draft', 'returned')) THEN
        RAISE EXCEPTION 'the lines of a roster that was handed in are kept' USING ERRCODE = 'DB001';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER subsidy_lines_kept_come AFTER INSERT ON subsidy_rosterline
    REFERENCING NEW TABLE AS come FOR EACH STATEMENT EXECUTE FUNCTION subsidy_lines_kept();
CREATE TRIGGER subsidy_lines_kept_changed AFTER UPDATE ON subsidy_rosterline
    REFERENCING OLD TABLE AS gone NEW TABLE AS come FOR EACH STATEMENT EXECUTE FUNCTION subsidy_lines_kept();
CREATE TRIGGER subsidy_lines_kept_gone AFTER DELETE ON subsidy_rosterline
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION subsidy_lines_kept();
CREATE FUNCTION subsidy_correction_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'corrections of lines are kept for ever' USING ERRCODE = 'DB001';
END $$;
CREATE TRIGGER subsidy_correction_kept BEFORE UPDATE OF line_id, old_name, old_bank, reason, author_id, made_at
    OR DELETE OR TRUNCATE ON subsidy_linecorrection FOR EACH STATEMENT EXECUTE FUNCTION subsidy_correction_kept();
"""
LINES_BACK = """
DROP TRIGGER subsidy_correction_kept ON subsidy_linecorrection;
DROP FUNCTION subsidy_correction_kept();
DROP TRIGGER subsidy_lines_kept_gone ON subsidy_rosterline;
DROP TRIGGER subsidy_lines_kept_changed ON subsidy_rosterline;
DROP TRIGGER subsidy_lines_kept_come ON subsidy_rosterline;
DROP FUNCTION subsidy_lines_kept();
"""


class Migration(migrations.Migration):
    dependencies = [("subsidy", "0001_initial")]

    operations = [
        migrations.RunSQL(SCOPE, SCOPE_BACK),
        SetKeys(
            "subsidy_household",
            {"regions_region": ("region_id", "league_id"), "subsidy_place": ("place_id",)},
        ),
        SetKeys(
            "subsidy_rosterline",
            {
                "subsidy_roster": ("roster_id",),
                "subsidy_household": ("household_id",),
                "subsidy_place": ("sumu_id", "gacha_id"),
            },
        ),
        migrations.RunSQL(LINES, LINES_BACK),
    ]
