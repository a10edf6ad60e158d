"""A message as text for a reader: what is packed is unpacked, account numbers are whole only for who needs them."""

import base64
import binascii
import re
from dataclasses import dataclass

from apps.disbursement.models import InMessage, OutMessage
from imbudget.kit.fields import mask_account

SHOWN = 200_000  # bytes of a message that a page shows
BODY = re.compile(rb"<Voucher>([^<]*)(?:</Voucher>)?")
# Accounts stand in elements of these names; ISO 20022 writes them as Othr/Id.
ACCOUNTS = re.compile(
    r"(<(?:PayAcctNo|PayeeAcctNo|XPayeeAcctNo|AcctNo|ClearAcctNo|IBAN)>|<Othr>\s*<Id>)([^<]+)", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class RawText:
    """The text, what lay packed in it, and whether there is more of it than is shown."""

    text: str
    body: str
    is_cut: bool


def text_of(message: InMessage | OutMessage, *, masked: bool) -> RawText:
    """The beginning of the message; accounts keep their last four digits where `masked`."""
    raw = bytes(message.raw[:SHOWN])
    if not raw and isinstance(message, InMessage):
        first = message.parts.order_by("number").first()
        raw = bytes(first.raw[:SHOWN]) if first is not None else b""
    size = len(message.raw) if isinstance(message, OutMessage) else message.size
    found = BODY.search(raw)
    body = _unpacked(found[1]) if found else b""
    text = BODY.sub(b"<Voucher>...</Voucher>", raw) if found else raw
    shown = [_shown(each, masked=masked) for each in (text, body)]
    return RawText(shown[0], shown[1], is_cut=size > len(raw))


def _unpacked(packed: bytes) -> bytes:
    whole = packed[: len(packed) // 4 * 4]
    try:
        return base64.b64decode(whole)
    except binascii.Error:
        return packed


def _shown(raw: bytes, *, masked: bool) -> str:
    text = raw.decode("utf-8", "replace").replace("\x00", "␀")
    text = re.sub(r"><(?!/)", ">\n<", text)
    return ACCOUNTS.sub(lambda hit: hit[1] + mask_account(hit[2]), text) if masked else text
