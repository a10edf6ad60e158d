"""附件: files that people attach to their documents, kept outside the web root under random names.

Owns: the stored file with its type by content, its SM3 digest and its scope; taking in, giving out, discarding.
Never: what a file is for; the app whose document it belongs to asks its own policy first and refers to the row.
"""
