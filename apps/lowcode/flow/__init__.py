"""Approval flows: what a definition says, whether it can be published, and what follows from a history.

Pure: no database, no clock. The shell around it (`services/cases.py`, `services/tasks.py`) does the rest.
"""
