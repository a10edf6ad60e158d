-- What one would write by hand: every household of every banner at once, into a table without keys or triggers.
INSERT INTO bare_line (household_id, number, name, id_number, card, sumu_id, gacha_id, quantity, amount)
SELECT h.id, row_number() OVER (ORDER BY p.code, h.code), h.head_name, h.id_number, h.card, s.id, p.id, d.quantity,
       round(d.gross, 2)
FROM (SELECT household_id, sum(area) AS quantity,
             sum(area * CASE kind WHEN 'ban' THEN 7.5 ELSE 2.5 END) AS gross
      FROM subsidy_parcel WHERE valid_from <= '2027-01-01' AND (valid_to IS NULL OR valid_to >= '2027-01-01')
      GROUP BY household_id) d
JOIN subsidy_household h ON h.id = d.household_id AND h.state = 'normal'
JOIN subsidy_place p ON p.id = h.place_id
JOIN subsidy_place s ON s.code = left(p.code, 9) || '000'
