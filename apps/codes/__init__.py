"""科目: fiscal years and the classification codes of each year.

Owns: which code is valid in which year, which is a leaf, and which government class a department class and
the nature of a unit lead to. Never: amounts, units or people.
"""
