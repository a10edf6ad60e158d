"""Workbooks that open with a password only (ECMA-376 agile encryption: AES-256, SHA-512), as Excel and WPS read them."""

from io import BytesIO

from django.views.decorators.debug import sensitive_variables
from msoffcrypto.format.ooxml import OOXMLFile


@sensitive_variables("password")
def locked(book: bytes, password: str) -> bytes:
    """The workbook under the password; nobody keeps it, and whoever has lost it takes the list once more."""
    made = BytesIO()
    OOXMLFile(BytesIO(book)).encrypt(password, made)
    return made.getvalue()
