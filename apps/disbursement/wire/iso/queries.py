"""pacs.028.001.03, the part that asks what became of one order."""

from datetime import datetime
from io import BytesIO

from lxml import etree

from apps.disbursement.wire.iso.orders import refuse_unsound

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pacs.028.001.03"
SCHEMA = "iso.query.xsd"


def write_query(original: str, message: str, said_at: datetime) -> bytes:
    """Asks about the message `original`; raises Unreadable("schema")."""
    written = BytesIO()
    told = {
        "GrpHdr": {"MsgId": message, "CreDtTm": said_at.isoformat(timespec="seconds")},
        "OrgnlGrpInf": {"OrgnlMsgId": original, "OrgnlMsgNmId": "pain.001.001.09"},
    }
    with etree.xmlfile(written, encoding="utf-8") as file:
        file.write_declaration(standalone=True)
        with file.element("Document", nsmap={None: NAMESPACE}), file.element("FIToFIPmtStsReq"):
            for part, values in told.items():
                with file.element(part):
                    for name, value in values.items():
                        with file.element(name):
                            file.write(value)
    refuse_unsound(written.getvalue(), SCHEMA)
    return written.getvalue()
