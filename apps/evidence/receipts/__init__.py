"""Receipts (回执): one record with the proof that it stands in the log, so that whoever holds one needs neither us nor our database.

`writing` says what a receipt is, `composing` takes one out of the record, `access` says who may, `checking` looks at one that
somebody brings, `keys` at whose signature counts. Pages are `views`: `pages` for people of
the house, `public` for everybody.
`tools/verify_receipt.py` checks the same without a line of this: what is changed here is a new format there.
"""
