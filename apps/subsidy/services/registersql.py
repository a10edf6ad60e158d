"""The statements that take staged rows into the registers: for each file what refuses rows (first column: the row), then
what writes them. They are put together of names of our own; what comes from outside lies in the tables."""

MINE = "(%(region)s::bigint IS NULL OR {alias}.region_id = %(region)s)"
# What names a row of each file: no two rows have the same. All of a file are compared when all are there.
KEYS = {
    "places": "code",
    "households": "code, left(place, 6)",
    "members": "code, person_index, name",
    "parcels": "code, number",
    "violations": "code, document",
    "persons": "list, person_index",
}
KNOWN = 'CREATE TEMP TABLE staged_keys (row integer NOT NULL, key text COLLATE "C" NOT NULL) ON COMMIT DROP'
KEEP = {kind: f"INSERT INTO staged_keys SELECT row, ROW({key})::text FROM staged_{kind}" for kind, key in KEYS.items()}
TWICE = "SELECT row FROM (SELECT row, row_number() OVER (PARTITION BY key ORDER BY row) AS n FROM staged_keys) t WHERE n > 1"
# Within one piece of a file: such rows could not even be written together.
TWINS = {
    kind: f"SELECT EXISTS (SELECT FROM staged_{kind} GROUP BY {key} HAVING count(*) > 1)" for kind, key in KEYS.items()
}
# An upper place may stand anywhere in the file; and without a region every piece would read all households for its own.
WHOLE, WHOLE_OF_ALL = frozenset({"places"}), frozenset({"members", "parcels", "violations"})

HOUSE = "JOIN subsidy_household h ON h.code = s.code AND " + MINE.format(alias="h")
NO_HOUSE = (
    "SELECT s.row FROM {table} s WHERE NOT EXISTS (SELECT FROM subsidy_household h WHERE h.code = s.code AND "
    + (MINE.format(alias="h") + ")")
)
LEVEL = "CASE WHEN length(s.code) = 14 THEN 3 WHEN right(s.code, 3) = '000' THEN 1 ELSE 2 END"
UPPER = "CASE WHEN length(s.code) = 14 THEN left(s.code, 12) WHEN right(s.code, 3) <> '000' THEN left(s.code, 9) || '000' END"

REFUSE: dict[str, dict[str, str]] = {
    "places": {
        "code": "SELECT row FROM staged_places WHERE code !~ '^[0-9]{12}([0-9]{2})?$'",
        "region": "SELECT s.row FROM staged_places s LEFT JOIN regions_region r ON r.code = left(s.code, 6)"
        " WHERE r.id IS NULL OR (%(region)s::bigint IS NOT NULL AND r.id <> %(region)s)",
        "upper": f"SELECT s.row FROM staged_places s WHERE {UPPER} IS NOT NULL AND NOT EXISTS"
        f" (SELECT FROM staged_places u WHERE u.code = {UPPER})"
        f" AND NOT EXISTS (SELECT FROM subsidy_place p WHERE p.code = {UPPER})",
    },
    "households": {
        "place": "SELECT s.row FROM staged_households s WHERE NOT EXISTS (SELECT FROM subsidy_place p"
        f" WHERE p.code = s.place AND p.level > 1 AND {MINE.format(alias='p')})",
    },
    "members": {
        "household": NO_HOUSE.format(table="staged_members"),
    },
    "parcels": {
        "household": NO_HOUSE.format(table="staged_parcels"),
        "zero": "SELECT row FROM staged_parcels WHERE area <= 0",
        "days": "SELECT row FROM staged_parcels WHERE ends < begins",
    },
    "violations": {
        "household": NO_HOUSE.format(table="staged_violations"),
        "zero": "SELECT row FROM staged_violations WHERE amount <= 0",
    },
    "persons": {
        "list_region": "SELECT row FROM staged_persons WHERE %(region)s::bigint IS NULL LIMIT 1",
    },
}

PLACES = (
    f"INSERT INTO subsidy_place (region_id, parent_id, level, code, name)"
    f" SELECT r.id, p.id, {LEVEL}, s.code, s.name FROM staged_places s JOIN regions_region r ON r.code = left(s.code, 6)"
    f" LEFT JOIN subsidy_place p ON p.code = {UPPER} WHERE {LEVEL} = {{level}}"
    " ON CONFLICT (code) DO UPDATE SET name = EXCLUDED.name WHERE subsidy_place.name <> EXCLUDED.name"
)
HOUSEHOLD_COLUMNS = (
    "head_name, id_number, id_index, id_sound, card, card_index, card_sound, bank, bank_code, people, livestock, state,"
    " is_low_income, is_lifted, is_destitute, changed_at"
)
COMPARED = (
    "place_id, head_name, id_index, card_index, bank, bank_code, people, livestock, state, is_low_income, is_lifted,"
    " is_destitute"
)


def _of(alias: str, columns: str) -> str:
    return ", ".join(f"{alias}.{column.strip()}" for column in columns.split(","))


HOUSEHOLDS = f"""
INSERT INTO subsidy_household (region_id, league_id, place_id, code, {HOUSEHOLD_COLUMNS})
SELECT p.region_id, r.league_id, p.id, s.code, s.name, s.person, s.person_index, s.person_sound, s.card, s.card_index,
       s.card_sound, s.bank, s.bank_code, s.people, s.livestock, s.state, s.low_income, s.lifted, s.destitute, %(now)s
FROM staged_households s JOIN subsidy_place p ON p.code = s.place JOIN regions_region r ON r.id = p.region_id
ORDER BY s.row
ON CONFLICT (region_id, code) DO UPDATE SET
    place_id = EXCLUDED.place_id,
    {", ".join(f"{column.strip()} = EXCLUDED.{column.strip()}" for column in HOUSEHOLD_COLUMNS.split(","))}
WHERE ({_of("subsidy_household", COMPARED)}) IS DISTINCT FROM ({_of("EXCLUDED", COMPARED)})
"""

TAKE: dict[str, tuple[str, ...]] = {
    "places": tuple(PLACES.format(level=level) for level in (1, 2, 3)),
    "households": (HOUSEHOLDS,),
    "members": (
        "INSERT INTO subsidy_member (household_id, name, relation, id_number, id_index)"
        f" SELECT h.id, s.name, s.relation, s.person, s.person_index FROM staged_members s {HOUSE} ORDER BY s.row"
        " ON CONFLICT (household_id, id_index, name) DO UPDATE SET relation = EXCLUDED.relation"
        " WHERE subsidy_member.relation <> EXCLUDED.relation",
    ),
    "parcels": (
        "INSERT INTO subsidy_parcel (household_id, number, area, grass_class, kind, valid_from, valid_to, source)"
        " SELECT h.id, s.number, s.area, s.grass, s.kind, s.begins, s.ends, s.source"
        f" FROM staged_parcels s {HOUSE} ORDER BY s.row"
        " ON CONFLICT (household_id, number) DO UPDATE SET area = EXCLUDED.area, grass_class = EXCLUDED.grass_class,"
        " kind = EXCLUDED.kind, valid_from = EXCLUDED.valid_from, valid_to = EXCLUDED.valid_to, source = EXCLUDED.source"
        " WHERE (subsidy_parcel.area, subsidy_parcel.grass_class, subsidy_parcel.kind, subsidy_parcel.valid_from,"
        " subsidy_parcel.valid_to, subsidy_parcel.source) IS DISTINCT FROM (EXCLUDED.area, EXCLUDED.grass_class,"
        " EXCLUDED.kind, EXCLUDED.valid_from, EXCLUDED.valid_to, EXCLUDED.source)",
    ),
    "violations": (
        "INSERT INTO subsidy_violation (household_id, kind, happened_on, amount, recorder, document)"
        f" SELECT h.id, s.kind, s.day, s.amount, s.recorder, s.document FROM staged_violations s {HOUSE} ORDER BY s.row"
        " ON CONFLICT (household_id, document) DO UPDATE SET kind = EXCLUDED.kind, amount = EXCLUDED.amount,"
        " happened_on = EXCLUDED.happened_on, recorder = EXCLUDED.recorder",
    ),
    "persons": (
        "INSERT INTO subsidy_listedperson (region_id, list, id_number, id_index, name, since, source)"
        " SELECT %(region)s, s.list, s.person, s.person_index, s.name, s.since, s.source FROM staged_persons s"
        " ORDER BY s.row ON CONFLICT (region_id, list, id_index) DO UPDATE SET name = EXCLUDED.name,"
        " since = EXCLUDED.since, source = EXCLUDED.source",
    ),
}
