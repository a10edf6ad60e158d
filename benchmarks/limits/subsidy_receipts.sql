-- The answers of the banks in a table, and both books brought up to them.
CREATE TEMP TABLE answers ON COMMIT DROP AS
SELECT reference, number, outcome, reason_code, reason, bank_reference, paid_on FROM disbursement_paymentrow;
UPDATE disbursement_paymentrow r SET outcome = a.outcome, reason_code = a.reason_code, reason = a.reason,
    bank_reference = a.bank_reference, paid_on = a.paid_on
FROM answers a WHERE a.reference = r.reference;
ALTER TABLE subsidy_rosterline DISABLE TRIGGER USER;
UPDATE subsidy_rosterline l SET outcome = r.outcome, reason = r.reason, paid_on = r.paid_on
FROM disbursement_paymentrow r WHERE r.request_id = l.request_id AND r.number = l.request_row;
UPDATE disbursement_paymentrequest q SET paid = s.paid
FROM (SELECT request_id, sum(amount) FILTER (WHERE outcome = 'paid') AS paid FROM disbursement_paymentrow
      GROUP BY request_id) s WHERE s.request_id = q.id;
