SELECT department_economic_id, government_economic_id FROM codes_economicderivation e
WHERE e.year_id = 2027 AND e.nature = (SELECT nature FROM regions_unit WHERE id = %(unit)s)
