"""Messages as a bank would send them, written by hand for tests."""

from datetime import UTC, date, datetime
from decimal import Decimal

from apps.disbursement.wire import Account, Order, OrderKey, OrderRow

SAID = datetime(2027, 3, 1, 9, 30, tzinfo=UTC)
PAYER = Account("和林格尔县财政局零余额账户", "1501230100000000001", "中国农业银行和林格尔县支行", "103191052345")


def order(*amounts: str, names: tuple[str, ...] = ()) -> Order:
    """An order of these amounts to herders of these names."""
    rows = tuple(
        OrderRow(
            f"P2027000{number:04}",
            Account(names[number] if number < len(names) else f"牧户{number}", f"62284801{number:011}"),
            Decimal(amount),
            "2027年草原生态保护补助奖励",
        )
        for number, amount in enumerate(amounts)
    )
    key = OrderKey("150123000", 2027, "5214", "2027030100001")
    return Order(key, date(2027, 3, 1), PAYER, rows, "subsidy", {"EXP_FUNC_CODE": "2130209"})


def status(body: str, order: str = "2027030100001") -> bytes:
    """pain.002 about one order."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10">'
        "<CstmrPmtStsRpt><GrpHdr><MsgId>R1</MsgId><CreDtTm>2027-03-01T10:00:00</CreDtTm></GrpHdr>"
        "<OrgnlGrpInfAndSts><OrgnlMsgId>M1</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId></OrgnlGrpInfAndSts>"
        f"<OrgnlPmtInfAndSts><OrgnlPmtInfId>{order}</OrgnlPmtInfId>{body}</OrgnlPmtInfAndSts>"
        "</CstmrPmtStsRpt></Document>"
    ).encode()


def transaction(reference: str, code: str, reason: str = "") -> str:
    """A row of pain.002."""
    why = f"<StsRsnInf><Rsn><Cd>{reason}</Cd></Rsn><AddtlInf>户名不符</AddtlInf></StsRsnInf>" if reason else ""
    return f"<TxInfAndSts><OrgnlEndToEndId>{reference}</OrgnlEndToEndId><TxSts>{code}</TxSts>{why}</TxInfAndSts>"


def entry(amount: str, *parts: tuple[str, str], sign: str = "DBIT", more: str = "", currency: str = "CNY") -> str:
    """An entry of a statement with the payments it was made of: reference and amount."""
    details = "".join(
        f"<TxDtls><Refs><EndToEndId>{reference}</EndToEndId></Refs>"
        f'<Amt Ccy="CNY">{part}</Amt><CdtDbtInd>{sign}</CdtDbtInd></TxDtls>'
        for reference, part in parts
    )
    return (
        f'<Ntry><Amt Ccy="{currency}">{amount}</Amt><CdtDbtInd>{sign}</CdtDbtInd>{more}<Sts><Cd>BOOK</Cd></Sts>'
        "<BookgDt><Dt>2027-03-01</Dt></BookgDt><AcctSvcrRef>BANK-7</AcctSvcrRef><BkTxCd/>"
        f"<NtryDtls>{details}</NtryDtls></Ntry>"
    )


def statement(entries: str, second: str = "") -> bytes:
    """camt.053 of one account; `second` stands behind its Stmt."""
    balance = (
        '<Bal><Tp><CdOrPrtry><Cd>{}</Cd></CdOrPrtry></Tp><Amt Ccy="CNY">{}</Amt><CdtDbtInd>CRDT</CdtDbtInd>'
        "<Dt><Dt>2027-03-01</Dt></Dt></Bal>"
    )
    account = "<Acct><Id><Othr><Id>1501230100000000001</Id></Othr></Id></Acct>"
    balances = balance.format("OPBD", "1000.00") + balance.format("CLBD", "400.00")
    return (
        '<?xml version="1.0" encoding="UTF-8"?><Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08">'
        "<BkToCstmrStmt><GrpHdr><MsgId>S1</MsgId><CreDtTm>2027-03-01T20:00:00</CreDtTm></GrpHdr>"
        f"<Stmt><Id>2027-060</Id>{account}{balances}{entries}</Stmt>{second}</BkToCstmrStmt></Document>"
    ).encode()
