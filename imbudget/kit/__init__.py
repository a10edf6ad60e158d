"""Building blocks without business words: who acts, what they may see, how pages, tables and exports are made.

Knows no app. What an app must lend to the kit (saved views, the audit record of a download, panels on
another app's pages, submission checks) it registers at start-up, see `imbudget.kit.registry`.
"""
