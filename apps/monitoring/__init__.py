"""Monitoring of payments (动态监控): rules as data, what they stop or warn of, alarms and what became of each.

It changes no payment: it lends its word to `disbursement` and records what it saw.
"""
