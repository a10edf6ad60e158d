"""ISO 20022: read pain.001, write pain.002, camt.054 and camt.053."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from xml.sax.saxutils import escape

from apps.disbursement.sandbox.accounts import REASONS, Movement
from apps.disbursement.sandbox.mof import _parsed
from apps.disbursement.sandbox.orders import Query, Refused, Row, Taken

NAMES = {"p": "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09", "q": "urn:iso:std:iso:20022:tech:xsd:pacs.028.001.03"}
HEAD = '<?xml version="1.0" encoding="UTF-8"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:{}">'
STATUS = {"taken": "ACTC", "paid": "ACSC", "part": "PART", "refused": "RJCT"}


def read(raw: bytes) -> list[Taken | Query]:
    """The order of a message, or what it asks."""
    if b"pacs.028" in raw[:400]:
        return [_query(raw)]
    root = _parsed(raw, "pain.001.001.09.xsd")
    one = "p:CstmrCdtTrfInitn/p:PmtInf"
    rows = [
        Row(
            each.findtext("p:PmtId/p:EndToEndId", namespaces=NAMES),
            each.findtext("p:Cdtr/p:Nm", namespaces=NAMES),
            each.findtext("p:CdtrAcct/p:Id/p:Othr/p:Id", namespaces=NAMES),
            Decimal(each.findtext("p:Amt/p:InstdAmt", namespaces=NAMES)),
        )
        for each in root.iterfind(f"{one}/p:CdtTrfTxInf", NAMES)
    ]
    total = Decimal(root.findtext("p:CstmrCdtTrfInitn/p:GrpHdr/p:CtrlSum", namespaces=NAMES) or -1)
    if int(root.findtext("p:CstmrCdtTrfInitn/p:GrpHdr/p:NbOfTxs", namespaces=NAMES)) != len(rows):
        raise Refused("NbOfTxs")
    voucher = root.findtext(f"{one}/p:PmtInfId", namespaces=NAMES)
    payer = root.findtext(f"{one}/p:DbtrAcct/p:Id/p:Othr/p:Id", namespaces=NAMES)
    message = root.findtext("p:CstmrCdtTrfInitn/p:GrpHdr/p:MsgId", namespaces=NAMES)
    return [Taken("iso", "iso", "", "", voucher, payer, total, rows, message=message, source=raw)]


def _query(raw: bytes) -> Query:
    root = _parsed(raw, "iso.query.xsd")
    message = root.findtext("q:FIToFIPmtStsReq/q:GrpHdr/q:MsgId", namespaces=NAMES)
    return Query(
        "iso", message, original=root.findtext("q:FIToFIPmtStsReq/q:OrgnlGrpInf/q:OrgnlMsgId", namespaces=NAMES)
    )


def unknown(query: Query, at: datetime, number: int) -> bytes:
    """pain.002: the order that was asked about never came."""
    return (
        HEAD.format("pain.002.001.10")
        + f"<CstmrPmtStsRpt><GrpHdr><MsgId>T{number}</MsgId><CreDtTm>{at.isoformat(timespec='seconds')}</CreDtTm></GrpHdr>"
        f"<OrgnlGrpInfAndSts><OrgnlMsgId>{escape(query.message)}</OrgnlMsgId><OrgnlMsgNmId>pacs.028.001.03</OrgnlMsgNmId>"
        "<GrpSts>RJCT</GrpSts><StsRsnInf><Rsn><Cd>NOOR</Cd></Rsn><AddtlInf>查无此凭证</AddtlInf></StsRsnInf>"
        "</OrgnlGrpInfAndSts></CstmrPmtStsRpt></Document>"
    ).encode()


def status(order: Taken, standing: str, at: datetime, word: str, number: int) -> bytes:
    """pain.002: of the order, and of each row once the bank has looked at them."""
    rows = "" if standing == "taken" else "".join(map(_row, order.rows))
    reason = f"<StsRsnInf><AddtlInf>{escape(word[:105])}</AddtlInf></StsRsnInf>" if word else ""
    return (
        HEAD.format("pain.002.001.10")
        + f"<CstmrPmtStsRpt><GrpHdr><MsgId>T{number}</MsgId><CreDtTm>{at.isoformat(timespec='seconds')}</CreDtTm></GrpHdr>"
        f"<OrgnlGrpInfAndSts><OrgnlMsgId>{escape(order.message)}</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId>"
        f"</OrgnlGrpInfAndSts><OrgnlPmtInfAndSts><OrgnlPmtInfId>{escape(order.voucher)}</OrgnlPmtInfId>"
        f"<PmtInfSts>{STATUS[standing]}</PmtInfSts>{reason}{rows}</OrgnlPmtInfAndSts></CstmrPmtStsRpt></Document>"
    ).encode()


def _row(row: Row) -> str:
    why = (
        ""
        if row.paid
        else f"<StsRsnInf><Rsn><Cd>{row.reason}</Cd></Rsn><AddtlInf>{REASONS[row.reason]}</AddtlInf></StsRsnInf>"
    )
    bank = f"<AcctSvcrRef>{row.bank_reference}</AcctSvcrRef>" if row.paid else ""
    standing = "ACSC" if row.paid else "RJCT"
    return f"<TxInfAndSts><OrgnlEndToEndId>{escape(row.reference)}</OrgnlEndToEndId><TxSts>{standing}</TxSts>{why}{bank}</TxInfAndSts>"


def notification(movements: Sequence[Movement], at: datetime, number: int) -> bytes:
    """camt.054: single bookings as they happen."""
    account = _account(movements[0].account)
    return (
        HEAD.format("camt.054.001.08")
        + f"<BkToCstmrDbtCdtNtfctn><GrpHdr><MsgId>T{number}</MsgId><CreDtTm>{at.isoformat(timespec='seconds')}</CreDtTm></GrpHdr>"
        f"<Ntfctn><Id>T{number}</Id>{account}{''.join(map(_entry, movements))}</Ntfctn></BkToCstmrDbtCdtNtfctn></Document>"
    ).encode()


def statement(  # noqa: PLR0913 - all that stands on one
    number: str,
    account: str,
    day: date,
    at: datetime,
    opening: Decimal,
    movements: Sequence[Movement],
    *,
    clearing: bool = False,
) -> bytes:
    """camt.053: what an account booked on a day, in the bank's books or those of the clearing (the treasury's)."""
    closing = opening - sum((each.amount for each in movements), Decimal(0))
    balances = _balance("OPBD", opening, day) + _balance("CLBD", closing, day)
    return (
        HEAD.format("camt.053.001.08")
        + f"<BkToCstmrStmt><GrpHdr><MsgId>{number}</MsgId><CreDtTm>{at.isoformat(timespec='seconds')}</CreDtTm></GrpHdr>"
        f"<Stmt><Id>{number}</Id>{_account(account, 'SACC' if clearing else 'TRAN')}{balances}{''.join(map(_entry, movements))}</Stmt></BkToCstmrStmt></Document>"
    ).encode()


def _account(number: str, kind: str = "TRAN") -> str:
    return f"<Acct><Id><Othr><Id>{escape(number)}</Id></Othr></Id><Tp><Cd>{kind}</Cd></Tp></Acct>"


def _balance(kind: str, amount: Decimal, day: date) -> str:
    sign = "CRDT" if amount >= 0 else "DBIT"
    return (
        f'<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp><Amt Ccy="CNY">{abs(amount):.2f}</Amt>'
        f"<CdtDbtInd>{sign}</CdtDbtInd><Dt><Dt>{day.isoformat()}</Dt></Dt></Bal>"
    )


def _entry(movement: Movement) -> str:
    sign = "DBIT" if movement.amount > 0 else "CRDT"
    reversal = "<RvslInd>true</RvslInd>" if movement.reversal else ""
    return (
        f'<Ntry><Amt Ccy="CNY">{abs(movement.amount):.2f}</Amt><CdtDbtInd>{sign}</CdtDbtInd>{reversal}'
        f"<Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{movement.day.isoformat()}</Dt></BookgDt>"
        f"<AcctSvcrRef>{movement.bank_reference}</AcctSvcrRef><BkTxCd/><NtryDtls><TxDtls><Refs>"
        f"<PmtInfId>{escape(movement.voucher)}</PmtInfId><EndToEndId>{escape(movement.row)}</EndToEndId>"
        f"</Refs>{_parties(movement)}</TxDtls></NtryDtls></Ntry>"
    )


def _parties(movement: Movement) -> str:
    if not movement.payee:
        return ""
    name = f"<Cdtr><Pty><Nm>{escape(movement.payee_name)}</Nm></Pty></Cdtr>" if movement.payee_name else ""
    return f"<RltdPties>{name}<CdtrAcct><Id><Othr><Id>{escape(movement.payee)}</Id></Othr></Id></CdtrAcct></RltdPties>"
