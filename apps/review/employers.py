"""When two names mean the same employer: written in another width, with blanks, brackets or marks."""

import unicodedata

LIMIT = 120


def employer_key(name: str) -> str:
    """The form of an employer's name by which employers are compared; letters and digits of any script alone."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    return "".join(character for character in plain if character.isalnum())[:LIMIT]
