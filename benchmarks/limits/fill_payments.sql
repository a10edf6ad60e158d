-- What was asked for: of 10,000 requests one has 10,000 payees, twenty have 500, 500 have 20, the others one. Months grow
-- towards the end of the year; only the last year has requests that are not settled, and of a hundred payees one is not paid.
CREATE TEMPORARY TABLE asked AS
WITH authorities AS (
    SELECT id, year_id, region_id, league_id, unit_id, row_number() OVER (ORDER BY id) - 1 AS place
    FROM ledger_authority WHERE state = 'executable'
), numbers AS (  -- the place is worked out before the join: a condition with both sides in it would compare all with all
    SELECT n::int, n * 48271 %% (SELECT count(*) FROM authorities) AS place FROM generate_series(1, %(requests)s::bigint) n
), drawn AS (
    SELECT n AS id, a.id AS authority_id, a.year_id, a.region_id, a.league_id, a.unit_id, k.id AS account_id,
           CASE WHEN n %% 10000 = 0 THEN 10000 WHEN n %% 500 = 1 THEN 500 WHEN n %% 20 = 2 THEN 20 ELSE 1 END AS payees,
           (n::bigint * 7919 %% 99991)::numeric(20, 2) + 1 AS each,
           CASE WHEN a.year_id < %(year)s OR n %% 10000 = 0 OR n %% 50 > 2 THEN 'settled'
                WHEN n %% 50 = 0 THEN 'submitted' WHEN n %% 50 = 1 THEN 'approved' ELSE 'returned' END AS stage,
           make_timestamptz(a.year_id::int, (ARRAY[1, 2, 3, 3, 4, 5, 6, 6, 7, 8, 9, 9, 10, 10, 11, 11, 11, 12, 12, 12, 12])
               [1 + (n::bigint * 7907 %% 21)::int], 1 + n / 21 %% 28, 9, 0, 0)
               + (n %% 28800) * interval '1 second' AS at
    FROM numbers JOIN authorities a USING (place)
    JOIN disbursement_payaccount k ON k.region_id = a.region_id
), settled AS (
    SELECT d.*, CASE stage WHEN 'settled' THEN ((id::bigint * 31 + payees) / 100 - id::bigint * 31 / 100)::int ELSE 0 END AS failed
    FROM drawn d
)
SELECT s.*, CASE WHEN stage <> 'settled' THEN stage WHEN failed = 0 THEN 'paid' WHEN failed = payees THEN 'failed' ELSE 'part' END AS state,
       CASE stage WHEN 'settled' THEN each * (payees - failed) ELSE 0 END AS paid, at::date AS day,
       id %% 20 = 10 OR (id %% 10000 = 0 AND id <= 100000) AS traced
FROM settled s ORDER BY id;
ANALYZE asked;

INSERT INTO disbursement_paymentrequest (id, uid, number, year_id, region_id, league_id, unit_id, authority_id, account_id, business,
    settlement, purpose, total, paid, watched, state, return_reason, hold, revision, created_at, submitted_at)
SELECT id, gen_random_uuid(), 'ZF' || year_id || lpad(id::text, 8, '0'), year_id, region_id, league_id, unit_id, authority_id, account_id,
       CASE payees WHEN 10000 THEN 'subsidy' WHEN 500 THEN 'salary' WHEN 20 THEN 'batch' ELSE CASE id %% 7 WHEN 3 THEN 'card' ELSE 'normal' END END,
       '1', (ARRAY['办公用品采购', '草原围栏维修', '差旅费', '物业管理费', '设备购置', '培训费', '公务用车运行维护', '水电取暖费'])[1 + id %% 8]
       || '第' || id || '批', each * payees, paid, '{}', state, '', 'payment:' || id, 1, at, at
FROM asked;

INSERT INTO disbursement_paymentrow (request_id, number, reference, payee_name, payee_account, payee_index, payee_bank,
    payee_bank_code, amount, slip, back, outcome, reason_code, reason, bank_reference, paid_on)
SELECT r.id, r.n, 'ZF' || r.year_id || lpad(r.id::text, 8, '0') || lpad(r.n::text, 6, '0'), '巴特尔' || r.payee, %(sealed)s,
       decode(md5(r.payee::text), 'hex'), '农业银行', '', r.each, '', 0, r.outcome,
       CASE r.outcome WHEN 'failed' THEN 'AC04' ELSE '' END, CASE r.outcome WHEN 'failed' THEN '账户已销户' ELSE '' END,
       CASE r.outcome WHEN 'paid' THEN 'B' || r.id || '-' || r.n ELSE '' END, CASE r.outcome WHEN 'paid' THEN r.day END
FROM (SELECT a.*, n, (a.id * 7 + n * 13) %% 400000 AS payee,
             CASE WHEN a.stage <> 'settled' THEN 'waiting' WHEN (a.id::bigint * 31 + n) %% 100 = 0 THEN 'failed' ELSE 'paid' END AS outcome
      FROM asked a CROSS JOIN LATERAL generate_series(1, a.payees) n) r;

INSERT INTO disbursement_voucher (id, request_id, region_id, league_id, unit_id, division, year, type, number, dated, total, capital,
    body, digest, state, state_word, made_at, answered_at)
SELECT a.id, a.id, a.region_id, a.league_id, a.unit_id, '150000000', a.year_id, '5214', to_char(a.at, 'YYYYMMDD') || lpad(a.id::text, 10, '0'),
       a.day, a.each * a.payees, '', decode(repeat('00', 300), 'hex'), md5(a.id::text) || md5(a.id::text),
       CASE a.stage WHEN 'approved' THEN 'sent' ELSE 'answered' END, '', a.at, CASE a.stage WHEN 'settled' THEN a.at END
FROM asked a WHERE a.stage IN ('settled', 'approved');

INSERT INTO disbursement_flowtotal (year_id, region_id, fund_id, category, business, held, paid, failed)
SELECT r.year_id, r.region_id, a.fund_id, coalesce(left(e.code, 3), ''), r.business, sum(f.held), sum(f.paid_out), sum(f.failed)
FROM disbursement_paymentrequest r
CROSS JOIN LATERAL disbursement_flow(r.business, r.state, r.total, r.paid) f
JOIN ledger_authority a ON a.id = r.authority_id
LEFT JOIN codes_code e ON e.id = a.department_economic_id GROUP BY 1, 2, 3, 4, 5;

-- What went over the line for each twentieth voucher, and for the first of those with 10,000 payees.
INSERT INTO disbursement_outmessage (region_id, league_id, kind, link_id, voucher_id, name, raw, digest, state, tries, due, trouble,
    made_at, sent_at, says, answered_at)
SELECT a.region_id, a.league_id, 'voucher', l.id, a.id, 'OUT' || a.id, decode(repeat('00', 300), 'hex'), md5('out' || a.id), 'sent', 1, a.at,
       '', a.at, a.at, '', a.at
FROM asked a JOIN disbursement_treasurylink l ON l.region_id = a.region_id WHERE a.traced AND a.stage = 'settled';
INSERT INTO disbursement_inmessage (region_id, league_id, link_id, digest, raw, size, times, state, genuine, trouble, voucher_id,
    received_at, done_at)
SELECT a.region_id, a.league_id, l.id, md5('in' || a.id), decode(repeat('00', 300), 'hex'), 300, 1, 'done', true, '', a.id, a.at, a.at
FROM asked a JOIN disbursement_treasurylink l ON l.region_id = a.region_id WHERE a.traced AND a.stage = 'settled';
INSERT INTO disbursement_inmessage (region_id, league_id, link_id, digest, raw, size, times, state, genuine, trouble, received_at, done_at)
SELECT l.region_id, r.league_id, l.id, md5('statements' || l.id), '', 0, 1, 'done', true, '', now(), now()
FROM disbursement_treasurylink l JOIN regions_region r ON r.id = l.region_id;

-- A day of an account for each day on which something was paid; of fifty one differs.
INSERT INTO disbursement_daybook (region_id, league_id, account_id, day, state, is_stale, ledger_count, ledger_sum, bank_count, bank_sum,
    treasury_count, treasury_sum, matched, unsettled, has_bank, has_treasury, compared_at, closed_at, reopen_reason)
SELECT d.region_id, d.league_id, d.account_id, d.day, CASE WHEN d.differs OR d.day > make_date(%(year)s, 11, 20) THEN 'open' ELSE 'closed' END,
       false, d.count, d.sum, d.count, d.sum, d.count, d.sum, d.count - d.differs::int, d.differs::int, true, true, d.day + time '20:00',
       CASE WHEN d.differs OR d.day > make_date(%(year)s, 11, 20) THEN NULL ELSE d.day + time '21:00' END, ''
FROM (SELECT region_id, league_id, account_id, day, sum(payees - failed) AS count, sum(paid) AS sum, min(id) %% 50 = 0 AS differs
      FROM asked WHERE stage = 'settled' GROUP BY 1, 2, 3, 4) d;
CREATE TEMPORARY TABLE worst AS
SELECT b.id AS book_id, a.id AS request_id
FROM asked a JOIN disbursement_daybook b ON b.account_id = a.account_id AND b.day = a.day
WHERE a.payees = 10000 AND a.league_id IS NOT NULL ORDER BY a.id LIMIT 1;
INSERT INTO disbursement_difference (book_id, kind, key, payee, their_payee, ledger, bank, treasury, state, reason, found_at)
SELECT id, 'theirs', 'bank:' || id, '巴特尔', '巴特尔', NULL, 1, 1, 'open', '', now() FROM disbursement_daybook WHERE unsettled > 0;
INSERT INTO disbursement_difference (book_id, kind, key, row_id, payee, their_payee, ledger, bank, treasury, state, reason, found_at)
SELECT w.book_id, 'ours', r.reference, r.id, r.payee_name, '', r.amount, NULL, NULL, 'open', '', now()
FROM worst w JOIN disbursement_paymentrow r ON r.request_id = w.request_id AND r.number <= 600;
UPDATE disbursement_daybook b SET state = 'open', closed_at = NULL, unsettled = b.unsettled + 600 FROM worst w WHERE b.id = w.book_id;

INSERT INTO disbursement_bankstatement (region_id, league_id, message_id, account_id, side, day, number, opening, closing, entries_count,
    is_current, received_at)
SELECT b.region_id, b.league_id, m.id, b.account_id, s.side, b.day, s.side || to_char(b.day, 'YYYYMMDD') || b.account_id, 0, -b.ledger_sum,
       b.ledger_count, true, b.day + time '19:00'
FROM disbursement_daybook b JOIN disbursement_inmessage m ON m.region_id = b.region_id AND m.voucher_id IS NULL
CROSS JOIN (VALUES ('bank'), ('treasury')) AS s (side);
INSERT INTO disbursement_statemententry (statement_id, number, reference, "order", bank_reference, amount, booked_on, reversal, payee_name,
    payee_tail, payee_index)
SELECT s.id, r.number, r.reference, v.number, r.bank_reference, -r.amount, r.paid_on, false, r.payee_name, '0001', r.payee_index
FROM asked a JOIN disbursement_voucher v ON v.id = a.id JOIN disbursement_paymentrow r ON r.request_id = a.id AND r.outcome = 'paid'
JOIN disbursement_bankstatement s ON s.account_id = a.account_id AND s.day = a.day
WHERE a.traced AND a.stage = 'settled';

-- Alarms over all rules, levels and states; those that were judged have their steps.
INSERT INTO monitoring_alarm (id, rule_id, version_id, key, region_id, league_id, unit_id, request_id, authority_id, phase, mode, level, amount,
    figures, rows, raised_at, state, violation_id, judged_by_id, finding, demands, refund, adjust, other, due, judged_at, closed_at)
SELECT k, v.rule_id, v.id, 'hand-in:' || k, a.region_id, a.league_id, a.unit_id, a.id, a.authority_id, v.phase, v.mode,
       (ARRAY['red', 'orange', 'orange', 'yellow', 'yellow', 'yellow', 'blue', 'blue', 'blue', 'blue'])[1 + (k::bigint * 7919 %% 10)::int],
       a.each, '{"amount": "100.00", "unit_type": null}', '[{"number": 1, "name": "巴特尔", "account": "**** 0001", "amount": "100.00"}]', a.at, s.state,
       CASE WHEN s.state NOT IN ('suspected', 'normal') THEN (SELECT min(id) FROM monitoring_violationtype) END,
       CASE s.state WHEN 'suspected' THEN NULL ELSE %(user)s END, CASE WHEN s.state IN ('suspected', 'normal') THEN '' ELSE '收款人不符' END, '', CASE s.state WHEN 'closed' THEN a.each ELSE 0 END, 0, 0,
       CASE WHEN s.state IN ('with_unit', 'returned') THEN a.day + 10 END, CASE s.state WHEN 'suspected' THEN NULL ELSE a.at END,
       CASE s.state WHEN 'closed' THEN a.at END
FROM generate_series(1, %(alarms)s) k
JOIN asked a ON a.id = 1 + (k::bigint * %(requests)s / (%(alarms)s + 1))
JOIN (SELECT x.*, row_number() OVER (ORDER BY id) - 1 AS place, count(*) OVER () AS size FROM monitoring_ruleversion x
      WHERE state = 'in_force') v ON v.place = (k::bigint * k) %% v.size
CROSS JOIN LATERAL (SELECT (ARRAY['suspected', 'suspected', 'suspected', 'suspected', 'normal', 'normal', 'normal', 'normal', 'normal',
    'normal', 'normal', 'normal', 'violation', 'with_unit', 'answered', 'returned', 'closed', 'closed', 'closed', 'closed'])
    [1 + (k::bigint * 6151 %% 20)::int] AS state) s
ORDER BY k;
INSERT INTO monitoring_alarmstep (alarm_id, act, state, text, amount, name, post_label, at)
SELECT a.id, s.act, a.state, '', NULL, '', '', a.judged_at
FROM monitoring_alarm a, (VALUES (1, 'violation'), (2, 'issued'), (3, 'answered')) AS s (place, act)
WHERE a.state <> 'suspected' AND s.place <= CASE a.state WHEN 'normal' THEN 1 ELSE 3 END
ORDER BY a.id, s.place;
DROP TABLE asked, worst;
