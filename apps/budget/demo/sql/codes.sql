-- The same code in each year, found by its id in the compiled one.
CREATE TEMP TABLE demo_code ON COMMIT DROP AS
SELECT o.year_id, c.id AS base_id, o.id
FROM codes_code c JOIN codes_code o ON o.catalog = c.catalog AND o.code = c.code
WHERE c.year_id = %(year)s AND c.is_leaf
