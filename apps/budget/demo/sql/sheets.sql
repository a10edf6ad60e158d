-- Approved sheets of a past year, or the first submissions of the compiled one, as far as each region has come.
INSERT INTO budget_budgetsheet (unit_id, region_id, year_id, round, state, total, note, return_reason, version,
                                submitted_at, updated_at)
SELECT unit_id, region_id, %(year)s, %(round)s, state, 0, '',
       CASE WHEN state = 'returned' THEN '项目支出测算依据不足，请补充后重新报送' ELSE '' END,
       1 + (seed & 3), CASE WHEN state <> 'draft' THEN day END, day + interval '3 hours'
FROM (
    SELECT u.*, r.region_id,
           CASE WHEN NOT %(mixed)s OR chance < accepted THEN 'accepted'
                WHEN chance < accepted + submitted THEN 'submitted'
                WHEN chance < accepted + submitted + returned THEN 'returned'
                WHEN chance < accepted + submitted + returned + draft THEN 'draft' END AS state,
           make_timestamptz(%(year)s - 1, 9, 1, 9, 0, 0, 'Asia/Shanghai') + (seed >> 8 & 65535) * interval '1 minute' AS day
    FROM demo_unit u
    JOIN demo_stage s USING (stage)
    JOIN regions_unit r ON r.id = u.unit_id
    CROSS JOIN LATERAL (SELECT (hashint8extended(u.seed, 5) & 65535) %% 100 AS chance) c
) chosen
WHERE state IS NOT NULL
ORDER BY unit_id
