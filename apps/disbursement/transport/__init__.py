"""How messages travel: one small interface, HTTPS with mutual TLS and a watched folder behind it.

A line carries bytes and knows nothing of what they say. Both ends count on *at least once*: what is not acknowledged comes
again, so whoever takes a message keeps it first and acknowledges it then.
"""

from apps.disbursement.transport.folder import FolderLine
from apps.disbursement.transport.https import HttpsLine
from apps.disbursement.transport.line import Line, LineDown, NotTaken, Received

__all__ = ["FolderLine", "HttpsLine", "Line", "LineDown", "NotTaken", "Received"]
