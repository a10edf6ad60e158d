"""查询: asks the treasury what became of a voucher."""

from datetime import datetime
from io import BytesIO

from lxml import etree

from apps.disbursement.wire.iso.orders import refuse_unsound
from apps.disbursement.wire.terms import OrderKey

SCHEMA = "mof.query.xsd"


def write_query(key: OrderKey, message: str, said_at: datetime) -> bytes:
    """The body of the query of this id; raises Unreadable("schema")."""
    written = BytesIO()
    told = {
        "Id": message,
        "VtCode": key.type,
        "VoucherNo": key.number,
        "AskTime": said_at.isoformat(timespec="seconds"),
    }
    with etree.xmlfile(written, encoding="utf-8") as file:
        file.write_declaration()
        with file.element("Query"):
            for name, value in told.items():
                with file.element(name):
                    file.write(value)
    refuse_unsound(written.getvalue(), SCHEMA)
    return written.getvalue()
