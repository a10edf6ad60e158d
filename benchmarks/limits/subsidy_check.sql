-- The checks that look beyond the row, each as one count.
SELECT
  (SELECT count(*) FROM (SELECT id_index FROM subsidy_rosterline GROUP BY id_index HAVING count(*) > 1) t),
  (SELECT count(*) FROM subsidy_rosterline l JOIN subsidy_listedperson p ON p.id_index = l.id_index),
  (SELECT count(*) FROM (SELECT card_index FROM subsidy_rosterline GROUP BY card_index HAVING count(*) > 1) t),
  (SELECT count(*) FROM subsidy_rosterline l JOIN subsidy_household h ON h.card_index = l.card_index AND h.id_index <> l.id_index),
  (SELECT count(*) FROM subsidy_rosterline WHERE NOT id_sound OR NOT card_sound OR btrim(name) = '' OR amount = 0),
  (SELECT count(*) FROM subsidy_rosterline l JOIN subsidy_household h ON h.id = l.household_id AND h.state <> 'normal')
