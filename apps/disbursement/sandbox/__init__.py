"""A treasury and its banks to try against: another process that speaks the same formats over HTTP and nothing else.

Not part of paying: `manage.py treasury_sandbox` runs it for development and tests. It shares no code with `wire/`, only the
schemas, so that a mistake on one side is not repeated on the other. What it refuses, delays, repeats or loses is told to it
when it starts (`temper.py`); what it has booked is kept in a journal and there again after it was killed.
"""
