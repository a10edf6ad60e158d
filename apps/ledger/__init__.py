"""The authority ledger (指标账): what each unit may still spend, by double entry, never edited.

It owns authorities with their 26 accounting elements, postings, reservations, the documents that move authority between
lines, and the opening and closing of a year's books. It knows no budget sheet and no payment: budget and disbursement
call its services.
"""
