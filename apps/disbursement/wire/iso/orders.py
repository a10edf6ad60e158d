"""pain.001.001.09: a voucher as the payment order of a customer to his bank."""

from datetime import datetime
from decimal import Decimal
from io import BytesIO

from lxml import etree

from apps.disbursement.wire.reading import Unreadable, schema
from apps.disbursement.wire.terms import Account, Order, OrderRow

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"
SCHEMA = "pain.001.001.09.xsd"
# The clearing system of China (CNAPS) and the purposes by type of business, both from the external code sets of ISO 20022.
CLEARING = "CNAPS"
PURPOSES = {"salary": "SALA", "tax": "TAXS", "subsidy": "GOVT", "card": "CCRD"}
OTHER_PURPOSE = "GOVT"


def write_order(order: Order, message: str, said_at: datetime) -> bytes:
    """The message of this id, held against the schema. Raises Unreadable("schema") where a field is too long or empty."""
    written = BytesIO()
    with etree.xmlfile(written, encoding="utf-8") as file:
        file.write_declaration(standalone=True)
        with file.element("Document", nsmap={None: NAMESPACE}), file.element("CstmrCdtTrfInitn"):
            file.write(_header(order, message, said_at))
            with file.element("PmtInf"):
                for element in _instruction(order):
                    file.write(element)
                for row in order.rows:
                    file.write(_transfer(row))
    raw = written.getvalue()
    refuse_unsound(raw, SCHEMA)
    return raw


def refuse_unsound(raw: bytes, name: str) -> None:
    """Raise Unreadable("schema") where what we are about to send breaks its own schema."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    held = schema(name)
    if not held.validate(etree.fromstring(raw, parser)):
        raise Unreadable("schema", str(held.error_log.last_error.path if held.error_log.last_error else ""))


def _header(order: Order, message: str, said_at: datetime) -> etree._Element:
    header = _element("GrpHdr")
    _add(header, "MsgId", message)
    _add(header, "CreDtTm", said_at.isoformat(timespec="seconds"))
    _add(header, "NbOfTxs", str(len(order.rows)))
    _add(header, "CtrlSum", _amount(order.total))
    _add(_add(header, "InitgPty"), "Nm", order.payer.name)
    return header


def _instruction(order: Order) -> list[etree._Element]:
    """What stands before the transfers: once for all of them."""
    head = _element("PmtInf")
    _add(head, "PmtInfId", order.key.number)
    _add(head, "PmtMtd", "TRF")
    _add(head, "BtchBookg", "true" if len(order.rows) > 1 else "false")
    _add(head, "NbOfTxs", str(len(order.rows)))
    _add(head, "CtrlSum", _amount(order.total))
    _add(_add(_add(head, "PmtTpInf"), "CtgyPurp"), "Cd", PURPOSES.get(order.business, OTHER_PURPOSE))
    _add(_add(head, "ReqdExctnDt"), "Dt", order.dated.isoformat())
    _add(_add(head, "Dbtr"), "Nm", order.payer.name)
    _account(head, "DbtrAcct", order.payer)
    _agent(head, "DbtrAgt", order.payer)
    return list(head)


def _transfer(row: OrderRow) -> etree._Element:
    transfer = _element("CdtTrfTxInf")
    _add(_add(transfer, "PmtId"), "EndToEndId", row.reference)
    _add(_add(transfer, "Amt"), "InstdAmt", _amount(row.amount)).set("Ccy", "CNY")
    _agent(transfer, "CdtrAgt", row.payee)
    _add(_add(transfer, "Cdtr"), "Nm", row.payee.name)
    _account(transfer, "CdtrAcct", row.payee)
    if row.purpose:
        _add(_add(transfer, "RmtInf"), "Ustrd", row.purpose[:140])
    return transfer


def _account(parent: etree._Element, name: str, account: Account) -> None:
    _add(_add(_add(_add(parent, name), "Id"), "Othr"), "Id", account.number)


def _agent(parent: etree._Element, name: str, account: Account) -> None:
    bank = _add(_add(parent, name), "FinInstnId")
    if account.bank_code:
        member = _add(bank, "ClrSysMmbId")
        _add(_add(member, "ClrSysId"), "Cd", CLEARING)
        _add(member, "MmbId", account.bank_code)
    if account.bank_name:
        _add(bank, "Nm", account.bank_name)


def _element(name: str) -> etree._Element:
    return etree.Element(etree.QName(NAMESPACE, name), nsmap={None: NAMESPACE})


def _add(parent: etree._Element, name: str, text: str | None = None) -> etree._Element:
    added = etree.SubElement(parent, etree.QName(NAMESPACE, name))
    added.text = text
    return added


def _amount(amount: Decimal) -> str:
    return f"{amount:.2f}"
