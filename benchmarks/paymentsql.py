"""The statements by hand for the pages of payments and of their monitoring: what each page shows, over the same tables and indexes."""

# The list of requests; `where` stands for its filters, `scope` for what the officer reaches.
REQUESTS = """
SELECT a.id, a.number, u.name, a.purpose, a.business, a.total, a.paid, a.state, a.submitted_at
FROM (SELECT * FROM disbursement_paymentrequest a WHERE {scope} AND {where} ORDER BY a.id DESC LIMIT 51) a
JOIN regions_unit u ON u.id = a.unit_id ORDER BY a.id DESC
"""
REQUEST_SUMS = """
SELECT count(*), sum(a.total), sum(a.paid)
FROM (SELECT a.total, a.paid FROM disbursement_paymentrequest a WHERE {scope} AND {where} LIMIT 10001) a
"""
DAYS = """
SELECT a.id, a.day, k.name, a.ledger_sum, a.bank_sum, a.treasury_sum, a.matched, a.unsettled, a.state, r.name
FROM (SELECT * FROM disbursement_daybook a WHERE {scope} AND {where} ORDER BY a.day DESC, a.id DESC LIMIT 51) a
JOIN disbursement_payaccount k ON k.id = a.account_id JOIN regions_region r ON r.id = a.region_id ORDER BY a.day DESC, a.id DESC
"""
DAY_SUMS = """
SELECT count(*), sum(a.ledger_sum), sum(a.bank_sum), sum(a.treasury_sum), sum(a.unsettled)
FROM (SELECT * FROM disbursement_daybook a WHERE {scope} AND {where} LIMIT 10001) a
"""
ALARMS = """
SELECT a.id, a.level, r.code, v.name_zh_hans, v.name_mvf, u.name, a.amount, a.mode, a.state, a.raised_at, a.due
FROM (SELECT * FROM monitoring_alarm a WHERE {scope} AND {where} ORDER BY a.id DESC LIMIT 51) a
JOIN monitoring_rule r ON r.id = a.rule_id JOIN monitoring_ruleversion v ON v.id = a.version_id
LEFT JOIN regions_unit u ON u.id = a.unit_id ORDER BY a.id DESC
"""
ALARM_SUMS = "SELECT count(*), sum(a.amount) FROM (SELECT a.amount FROM monitoring_alarm a WHERE {scope} AND {where} LIMIT 10001) a"

# Around the rows: years to choose from, what the person has saved, the name of the region in the filter.
SAVED = (
    "SELECT id, page, name, query, is_first FROM desk_savedview WHERE page = '/' AND user_id = %(user)s ORDER BY name"
)
COLUMNS = "SELECT columns FROM desk_columnchoice WHERE page = '/' AND user_id = %(user)s ORDER BY id LIMIT 1"
PICKED = "SELECT r.id, r.name_zh_hans, r.name_mvf FROM regions_region r WHERE r.id = %(region)s"

REQUEST = """
SELECT q.id, q.number, q.year_id, q.purpose, q.business, q.settlement, q.total, q.paid, q.state, q.return_reason, q.submitted_at, q.period,
       q.watched, q.revision, q.authority_id, r.name, u.name, u.code, k.name, k.number, p.name
FROM disbursement_paymentrequest q JOIN regions_region r ON r.id = q.region_id JOIN regions_unit u ON u.id = q.unit_id
JOIN disbursement_payaccount k ON k.id = q.account_id LEFT JOIN accounts_user p ON p.id = q.author_id
WHERE q.id = %({row})s AND q.league_id IS NOT NULL
"""
PAYEES = """
SELECT id, number, payee_name, payee_account, payee_bank, amount, outcome, reason, back, paid_on, bank_reference
FROM disbursement_paymentrow WHERE request_id = %({row})s ORDER BY number LIMIT 201
"""
TASK = """
SELECT t.id FROM lowcode_task t JOIN lowcode_case c ON c.id = t.case_id
WHERE t.user_id = %(user)s AND t.state = 'open' AND c.subject = 'disbursement.request' AND c.document_id = %({row})s ORDER BY t.id LIMIT 1
"""
UNPAID = """
SELECT EXISTS (SELECT FROM disbursement_paymentrow r WHERE r.request_id = %({row})s AND r.outcome = 'failed'
               AND NOT EXISTS (SELECT FROM disbursement_paymentrow o WHERE o.repeats_id = r.id))
"""
VOUCHER = """
SELECT v.id, v.number, v.type, v.dated, v.total, v.capital, v.digest, v.state, v.state_word, v.made_at, v.answered_at
FROM disbursement_voucher v WHERE v.request_id = %({row})s
"""
SENT = """
SELECT m.id, m.name, m.kind, m.state, m.tries, m.due, m.trouble, m.sent_at, m.says, m.answered_at, l.name
FROM disbursement_voucher v JOIN disbursement_outmessage m ON m.voucher_id = v.id JOIN disbursement_treasurylink l ON l.id = m.link_id
WHERE v.request_id = %({row})s ORDER BY m.id
"""
RECEIVED = """
SELECT m.id, m.digest, m.state, m.times, m.genuine, m.trouble, m.received_at, m.done_at, m.size, l.name
FROM disbursement_voucher v JOIN disbursement_inmessage m ON m.voucher_id = v.id JOIN disbursement_treasurylink l ON l.id = m.link_id
WHERE v.request_id = %({row})s ORDER BY m.id
"""
# The way of one payee's money.
ROW = """
SELECT w.*, q.number, q.purpose, q.state, q.submitted_at, q.created_at, q.authority_id, q.account_id, u.name, r.name
FROM disbursement_paymentrow w JOIN disbursement_paymentrequest q ON q.id = w.request_id JOIN regions_unit u ON u.id = q.unit_id
JOIN regions_region r ON r.id = q.region_id WHERE w.id = %({row})s AND q.league_id IS NOT NULL
"""
AUTHORITIES = """
WITH RECURSIVE way AS (
    SELECT a.id, a.document_id, a.region_id, a.state, a.origin_id, 1 AS step
    FROM disbursement_paymentrow w JOIN disbursement_paymentrequest q ON q.id = w.request_id JOIN ledger_authority a ON a.id = q.authority_id
    WHERE w.id = %({row})s
    UNION ALL
    SELECT n.id, n.document_id, n.region_id, n.state, n.origin_id, y.step + 1
    FROM way y JOIN ledger_authoritydocument d ON d.id = y.document_id
    CROSS JOIN LATERAL (
        SELECT * FROM ledger_authority o WHERE o.id = y.origin_id
        UNION ALL
        SELECT * FROM (SELECT * FROM ledger_authority o WHERE y.origin_id IS NULL AND o.document_id = d.upper_id AND o.state = 'sent'
                       AND o.receiving_region_id = y.region_id ORDER BY o.id LIMIT 1) o
    ) n WHERE y.step < 8
)
SELECT y.id, y.state, d.number, d.title, d.dated, r.name, b.amount
FROM way y JOIN ledger_authoritydocument d ON d.id = y.document_id JOIN regions_region r ON r.id = y.region_id
JOIN ledger_balance b ON b.authority_id = y.id ORDER BY y.step
"""
BOOKED = """
SELECT e.bank_reference, e.reference, e.amount, e.booked_on, s.number, s.side, s.message_id
FROM disbursement_paymentrow w JOIN disbursement_statemententry e ON e.reference = w.reference AND e.reference <> ''
JOIN disbursement_bankstatement s ON s.id = e.statement_id AND s.is_current WHERE w.id = %({row})s ORDER BY s.side
"""
DAY_OF_ROW = """
SELECT b.id, b.day, b.state, b.closed_at, b.compared_at, b.has_bank, b.has_treasury, d.kind
FROM disbursement_paymentrow w JOIN disbursement_paymentrequest q ON q.id = w.request_id
JOIN disbursement_daybook b ON b.account_id = q.account_id AND b.day = w.paid_on
LEFT JOIN disbursement_difference d ON d.book_id = b.id AND d.row_id = w.id AND d.state <> 'gone' WHERE w.id = %({row})s
"""
DAY = """
SELECT b.*, r.name, k.name, k.number, k.bank_name, p.name FROM disbursement_daybook b JOIN regions_region r ON r.id = b.region_id
JOIN disbursement_payaccount k ON k.id = b.account_id LEFT JOIN accounts_user p ON p.id = b.closed_by_id
WHERE b.id = %({row})s AND b.league_id IS NOT NULL
"""
DIFFERENCES = """
SELECT d.id, d.kind, d.key, d.payee, d.their_payee, d.ledger, d.bank, d.treasury, d.state, d.reason, w.request_id, x.name, y.name
FROM disbursement_difference d LEFT JOIN disbursement_paymentrow w ON w.id = d.row_id
LEFT JOIN accounts_user x ON x.id = d.explained_by_id LEFT JOIN accounts_user y ON y.id = d.accepted_by_id
WHERE d.book_id = %({row})s ORDER BY d.state, d.key LIMIT 501
"""
STATEMENTS = """
SELECT s.id, s.number, s.side, s.opening, s.closing, s.entries_count, s.is_current, s.received_at, s.message_id
FROM disbursement_daybook b JOIN disbursement_bankstatement s ON s.account_id = b.account_id AND s.day = b.day
WHERE b.id = %({row})s ORDER BY s.side, s.id DESC
"""
CURRENT = STATEMENTS.replace("WHERE", "WHERE s.is_current AND")
# Every table and the picture of flows are sums of these rows.
FLOWS = """
SELECT t.region_id, r.level, r.name, t.fund_id, t.category, sum(t.held), sum(t.paid), sum(t.failed)
FROM disbursement_flowtotal t JOIN regions_region r ON r.id = t.region_id WHERE t.year_id = %(year)s AND {scope} GROUP BY 1, 2, 3, 4, 5
"""
CODES = """
SELECT id, code, name FROM codes_code WHERE year_id = %(year)s
AND (catalog = 'fund_type' OR catalog = 'economic_dept' AND length(code) = 3)
"""
HANDED_DOWN = """
SELECT r.level, g.level, sum(b.amount) FROM ledger_authority a JOIN ledger_balance b ON b.authority_id = a.id
JOIN regions_region r ON r.id = a.region_id JOIN regions_region g ON g.id = a.receiving_region_id
WHERE a.year_id = %(year)s AND a.state = 'sent' AND a.fund_id = %(fund)s AND {scope} GROUP BY 1, 2
"""
YEARS = "SELECT year, state FROM codes_fiscalyear ORDER BY year DESC"
ALARM = """
SELECT a.*, r.code, v.name_zh_hans, v.name_mvf, v.text_zh_hans, v.text_mvf, v.basis_zh_hans, v.clause_zh_hans, v.condition, v.parameters, v.measure,
       v.number, g.name, u.name, q.number, q.purpose, x.name, p.name
FROM monitoring_alarm a JOIN monitoring_rule r ON r.id = a.rule_id JOIN monitoring_ruleversion v ON v.id = a.version_id
JOIN regions_region g ON g.id = a.region_id LEFT JOIN regions_unit u ON u.id = a.unit_id
LEFT JOIN disbursement_paymentrequest q ON q.id = a.request_id LEFT JOIN monitoring_violationtype x ON x.id = a.violation_id
LEFT JOIN accounts_user p ON p.id = a.judged_by_id WHERE a.id = %(alarm)s AND a.league_id = %(league)s
"""
RATES = """
SELECT a.rule_id, count(*), count(*) FILTER (WHERE a.state IN ('violation', 'with_unit', 'answered', 'returned', 'closed')),
       count(*) FILTER (WHERE a.state = 'normal'), count(*) FILTER (WHERE a.state = 'suspected'), sum(a.amount), sum(a.refund), sum(a.adjust)
FROM monitoring_alarm a WHERE {scope} AND {where} GROUP BY 1
"""
STEPS = "SELECT s.act, s.state, s.text, s.amount, s.name, s.post_label, s.at FROM monitoring_alarmstep s WHERE s.alarm_id = %(alarm)s ORDER BY s.id"
FILES = """
SELECT f.id, f.of_unit, f.added_at, s.name, s.size FROM monitoring_alarmfile f JOIN files_storedfile s ON s.id = f.file_id
WHERE f.alarm_id = %(alarm)s ORDER BY f.alarm_id, f.id
"""
RULES = """
SELECT r.id, r.code, r.gap_zh_hans, r.gap_mvf, g.name, v.name_zh_hans, v.name_mvf, v.mode, v.level
FROM monitoring_rule r JOIN regions_region g ON g.id = r.region_id LEFT JOIN monitoring_ruleversion v ON v.id = r.current_id
ORDER BY r.code, g.code
"""
HOME = """
SELECT a.level, a.state, count(*) FROM monitoring_alarm a
WHERE {scope} AND a.state IN ('suspected', 'violation', 'with_unit', 'answered', 'returned') GROUP BY 1, 2
"""
