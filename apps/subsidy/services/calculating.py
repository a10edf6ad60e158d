"""What each household gets, in one statement over the register.

Σ parcels (area × coefficient × rate) − deductions of the year, clipped to floor and cap, rounded half up to the cent.
A subsidy by head, person or household takes the number in the register instead. An instalment pays its share of the
year: what all shares up to it come to, less what the instalments before it have, so that they add up to the year.
"""

from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from apps.subsidy.models import Measure, Roster, Standard
from apps.subsidy.selectors.standards import standard_for
from imbudget.kit.errors import RuleViolation

COUNTED = {Measure.HEAD: "h.livestock", Measure.PERSON: "h.people", Measure.HOUSEHOLD: "1"}
# Household by household: a join of whole tables would read the land of all banners for each of them.
LAND = """
    SELECT h.id AS household_id, l.quantity, l.gross, l.parts
    FROM subsidy_household h CROSS JOIN LATERAL (
        SELECT sum(p.area) AS quantity, sum(p.area * coalesce(c.value, 1) * k.rate) AS gross,
               jsonb_agg(jsonb_build_array(p.number, p.kind, p.area::text, coalesce(c.value, 1)::text, k.rate::text)
                         ORDER BY p.number) AS parts
        FROM subsidy_parcel p
        JOIN (VALUES ('ban', %(ban)s::numeric), ('balance', %(balance)s::numeric)) k (kind, rate)
            ON k.kind = p.kind AND k.rate > 0
        LEFT JOIN subsidy_coefficient c ON c.standard_id = %(standard)s AND c.grass_class = p.grass_class
        WHERE p.household_id = h.id AND p.valid_from <= %(as_of)s AND (p.valid_to IS NULL OR p.valid_to >= %(as_of)s)
    ) l
    WHERE h.region_id = %(region)s AND l.quantity > 0
"""
COUNT = """
    SELECT h.id AS household_id, {count}::numeric AS quantity, {count} * %(unit)s::numeric AS gross,
           jsonb_build_array(jsonb_build_array('', '', ({count})::text, '1', %(unit)s::text)) AS parts
    FROM subsidy_household h WHERE h.region_id = %(region)s AND {count} > 0
"""
# Households of the roster's region (and place) with what they are due; `year` is the whole year's subsidy.
DUE = """
CREATE TEMP TABLE subsidy_due ON COMMIT DROP AS
WITH base AS ({base}),
taken AS (
    SELECT v.household_id, sum(v.amount) AS amount FROM subsidy_violation v
    JOIN subsidy_household h ON h.id = v.household_id AND h.region_id = %(region)s
    WHERE v.happened_on >= make_date(%(year)s, 1, 1) AND v.happened_on < make_date(%(year)s + 1, 1, 1)
    GROUP BY v.household_id
),
earlier AS (
    SELECT l.household_id, sum(l.amount) AS amount FROM subsidy_rosterline l JOIN subsidy_roster r ON r.id = l.roster_id
    WHERE r.unit_id = %(unit_id)s AND r.subsidy_id = %(subsidy)s AND r.year_id = %(year)s
      AND r.instalment < %(instalment)s AND r.state <> 'abandoned' AND l.outcome <> 'stopped'
    GROUP BY l.household_id
),
whole AS (
    SELECT b.household_id, b.quantity, round(b.gross, 2) AS gross, coalesce(t.amount, 0) AS deduction, b.parts,
           round(least(greatest(b.gross - coalesce(t.amount, 0), %(floor)s::numeric), %(cap)s::numeric), 2) AS year
    FROM base b LEFT JOIN taken t USING (household_id) WHERE b.quantity > 0
)
SELECT w.household_id, w.quantity, w.gross, w.deduction, w.year,
       greatest(round(w.year * %(share)s / 100, 2) - coalesce(e.amount, 0), 0) AS amount,
       jsonb_build_object('parts', w.parts, 'year', w.year::text, 'earlier', coalesce(e.amount, 0)::text) AS calculation
FROM whole w LEFT JOIN earlier e USING (household_id)
"""
MAKE = """
INSERT INTO subsidy_rosterline (roster_id, number, household_id, code, name, id_number, id_index, id_sound, card,
    card_index, card_sound, bank, bank_code, sumu_id, gacha_id, quantity, gross, deduction, amount, calculation, outcome,
    reason, tries, is_corrected)
SELECT %(roster)s, row_number() OVER (ORDER BY p.code, h.code), h.id, h.code, h.head_name, h.id_number, h.id_index,
    h.id_sound, h.card, h.card_index, h.card_sound, h.bank, h.bank_code,
    s.id, CASE p.level WHEN 3 THEN p.parent_id ELSE p.id END,
    d.quantity, d.gross, d.deduction, d.amount, d.calculation, 'waiting', '', 0, false
FROM subsidy_due d
JOIN subsidy_household h ON h.id = d.household_id AND h.region_id = %(region)s AND h.state = 'normal'
JOIN subsidy_place p ON p.id = h.place_id AND p.region_id = %(region)s
JOIN subsidy_place s ON s.region_id = p.region_id AND s.level = 1 AND s.code = left(p.code, 9) || '000'
WHERE d.amount > 0 AND (%(place)s::bigint IS NULL OR s.id = %(place)s)
"""
TAKE = """
INSERT INTO subsidy_rosterline (roster_id, number, household_id, code, name, id_number, id_index, id_sound, card,
    card_index, card_sound, bank, bank_code, sumu_id, gacha_id, quantity, gross, deduction, amount, calculation, outcome,
    reason, tries, is_corrected)
SELECT %(roster)s, row_number() OVER (ORDER BY t.row), h.id, t.code, t.name, t.person, t.person_index, t.person_sound,
    t.card, t.card_index, t.card_sound, t.bank, t.bank_code,
    s.id, CASE p.level WHEN 3 THEN p.parent_id ELSE p.id END,
    CASE WHEN t.quantity > 0 THEN t.quantity ELSE coalesce(d.quantity, 0) END, coalesce(d.gross, 0),
    coalesce(d.deduction, 0), t.amount,
    coalesce(d.calculation, '{}') || jsonb_build_object('due', coalesce(d.amount, 0)::text,
        'register', coalesce(d.quantity, 0)::text), 'waiting', '', 0, false
FROM staged_roster t
LEFT JOIN subsidy_household h ON h.region_id = %(region)s AND h.code = t.code
LEFT JOIN subsidy_place p ON p.id = h.place_id
LEFT JOIN subsidy_place s ON s.region_id = p.region_id AND s.level = 1 AND s.code = left(p.code, 9) || '000'
LEFT JOIN subsidy_due d ON d.household_id = h.id
"""
SUMS = """
UPDATE subsidy_roster r SET count = s.count, total = s.total, stops = 0, warns = 0, checked_at = NULL
FROM (SELECT count(*) AS count, coalesce(sum(amount), 0) AS total FROM subsidy_rosterline WHERE roster_id = %(roster)s) s
WHERE r.id = %(roster)s
"""


def standard_of(roster: Roster) -> Standard:
    """The standard that pays this roster. Raises RuleViolation where none does on its day."""
    standard = standard_for(roster.subsidy, roster.region, roster.year_id)
    if standard is None or not standard.valid_from <= roster.as_of <= standard.valid_to:
        raise RuleViolation(
            _("No standard pays %(subsidy)s in %(region)s on %(day)s: the finance office enters it first.")
            % {"subsidy": roster.subsidy, "region": roster.region, "day": roster.as_of}
        )
    return standard


def work_out(roster: Roster) -> None:
    """Make the temporary table `subsidy_due` of everybody in the roster's region."""
    standard = standard_of(roster)
    count = COUNTED.get(Measure(roster.subsidy.measure))
    base = COUNT.format(count=count) if count else LAND
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.subsidy_due")
        cursor.execute(DUE.format(base=base), values_of(roster, standard))
        cursor.execute("ANALYZE subsidy_due")


def values_of(roster: Roster, standard: Standard) -> dict[str, Any]:
    """What the statements ask of a roster and its standard."""
    shares = Roster.objects.filter(
        unit=roster.unit_id, subsidy=roster.subsidy_id, year=roster.year_id, instalment__lt=roster.instalment
    ).exclude(state="abandoned")
    by_instalment = dict(shares.values_list("instalment", "share"))
    share = min(sum(by_instalment.values()) + roster.share, 100)
    return {
        "roster": roster.pk,
        "region": roster.region_id,
        "unit_id": roster.unit_id,
        "subsidy": roster.subsidy_id,
        "year": roster.year_id,
        "instalment": roster.instalment,
        "as_of": roster.as_of,
        "place": roster.place_id,
        "share": share,
        "standard": standard.pk,
        "ban": standard.ban_rate,
        "balance": standard.balance_rate,
        "unit": standard.unit_rate,
        "floor": standard.floor,
        "cap": standard.cap,
    }


def write_lines(roster: Roster, statement: str) -> None:
    """Replace the lines of a roster by what a statement gives, and sum them."""
    values = {"roster": roster.pk, "region": roster.region_id, "place": roster.place_id}
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM subsidy_rosterfinding f USING subsidy_rosterline l"
            " WHERE l.id = f.line_id AND l.roster_id = %(roster)s",
            values,
        )
        cursor.execute("DELETE FROM subsidy_rosterline WHERE roster_id = %(roster)s", values)
        cursor.execute(statement, values)
        cursor.execute(SUMS, values)
