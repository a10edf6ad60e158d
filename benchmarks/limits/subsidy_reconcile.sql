-- Both statements written into a bare table with the same indexes, and the three books joined once.
CREATE TABLE bare_entry (LIKE disbursement_statemententry INCLUDING DEFAULTS INCLUDING INDEXES);
INSERT INTO bare_entry SELECT * FROM disbursement_statemententry;
SELECT count(*), count(*) FILTER (WHERE r.amount <> -b.amount OR r.amount <> -t.amount OR b.id IS NULL OR t.id IS NULL)
FROM (SELECT * FROM disbursement_paymentrow WHERE outcome = 'paid') r
FULL JOIN (SELECT e.* FROM disbursement_statemententry e JOIN disbursement_bankstatement s ON s.id = e.statement_id
           WHERE s.side = 'bank') b ON b.reference = r.reference
FULL JOIN (SELECT e.* FROM disbursement_statemententry e JOIN disbursement_bankstatement s ON s.id = e.statement_id
           WHERE s.side = 'treasury') t ON t.reference = coalesce(r.reference, b.reference);
