"""部门预算公开表: the twelve tables that a unit, a department or a region publishes of its budget.

`figures` asks the database, `tables` puts the answers into tables, `ties` holds the tables against each other.
"""
