"""Spreadsheets run what looks like a formula; text cells are guarded against it."""

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # full-width forms count in Chinese Excel


def safe_text(text: str) -> str:
    """The text, with an apostrophe before it when a spreadsheet would take it for a formula."""
    return "'" + text if text.startswith(DANGEROUS) else text
