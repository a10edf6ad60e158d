"""Backups that nobody can read without a key, nor cut, change or put together: `sealed` the files, `making`, `restoring`."""
