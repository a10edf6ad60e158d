-- The payment files as one would write them by hand: one XML text a request, with a row for each payee.
INSERT INTO bare_voucher (id, request_id, region_id, unit_id, division, year, type, number, dated, total, capital, body,
    digest, state, state_word, made_at)
SELECT q.id, q.id, q.region_id, q.unit_id, '', q.year_id, '5214', q.number, current_date, q.total, '',
       convert_to('<Voucher>' || string_agg(format(
           '<Detail><VoucherDetailNo>%s</VoucherDetailNo><PayeeAcctName>%s</PayeeAcctName><PayeeAcctNo>%s</PayeeAcctNo>'
           '<PayeeAcctBankName>%s</PayeeAcctBankName><PayeeAcctBankNo>%s</PayeeAcctBankNo><PayAmt>%s</PayAmt></Detail>',
           r.reference, r.payee_name, encode(r.payee_account, 'hex'), r.payee_bank, r.payee_bank_code, r.amount
       ), '' ORDER BY r.number) || '</Voucher>', 'UTF8'), '', 'sent', '', now()
FROM disbursement_paymentrequest q JOIN disbursement_paymentrow r ON r.request_id = q.id
GROUP BY q.id
