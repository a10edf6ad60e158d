"""Definitions of forms and the answers to them: pure, without database and without eval."""
