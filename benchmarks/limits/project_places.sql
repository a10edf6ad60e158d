-- The region of the overview, those above and below it, and the years.
SELECT 'region', r.code, r.name_zh_hans FROM regions_region r
WHERE r.id = %(league)s OR r.parent_id = %(league)s OR r.id = (SELECT parent_id FROM regions_region WHERE id = %(league)s)
UNION ALL SELECT 'year', year::text, '' FROM codes_fiscalyear
