"""拨付: money from executable authority to the payee's account, through the treasury and back.

Owns: what the treasury is told and what it answers (`wire/`, pure). Payments, vouchers, reconciliation and monitoring stand on it.
Never: moves authority except by `ledger.services` reserve, release, spend and refund.
"""
