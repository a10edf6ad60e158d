"""Subsidies to people through one card (一卡通): subsidies and their standards, the register of households, rosters, publicity, payment files.

Money moves by `disbursement` alone; it never speaks to a treasury itself.
"""
