-- What one would write by hand: every household of every banner at once, into a bare table with the same indexes.
INSERT INTO bare_line (id, roster_id, household_id, number, code, name, id_number, id_index, id_sound, card, card_index,
    card_sound, bank, bank_code, sumu_id, gacha_id, quantity, gross, deduction, amount, calculation, outcome, reason, tries,
    is_corrected)
SELECT h.id, 1, h.id, row_number() OVER (ORDER BY p.code, h.code), h.code, h.head_name, h.id_number, h.id_index, h.id_sound,
    h.card, h.card_index, h.card_sound, h.bank, h.bank_code, s.id, p.id, d.quantity, round(d.gross, 2), 0,
    round(d.gross, 2), d.parts, 'waiting', '', 0, false
FROM (SELECT household_id, sum(area) AS quantity,
             sum(area * CASE kind WHEN 'ban' THEN 7.5 ELSE 2.5 END) AS gross,
             jsonb_agg(jsonb_build_array(number, kind, area::text) ORDER BY number) AS parts
      FROM subsidy_parcel WHERE valid_from <= '2027-01-01' AND (valid_to IS NULL OR valid_to >= '2027-01-01')
      GROUP BY household_id) d
JOIN subsidy_household h ON h.id = d.household_id AND h.state = 'normal'
JOIN subsidy_place p ON p.id = h.place_id
JOIN subsidy_place s ON s.code = left(p.code, 9) || '000'
