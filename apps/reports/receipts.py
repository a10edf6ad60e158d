"""The receipt of a record on paper (存证回执): what the record says, what proves it, a code that leads to the public page.

The paper is for people; what proves is the file that lies in the PDF, the same to the byte as the one that is taken as JSON.
"""

import json
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from apps.evidence.anchoring.standing import why_not
from apps.evidence.receipts.composing import Receipt
from apps.evidence.vocabulary import facts_in_words
from apps.projects.selectors.settings import setting_of
from apps.regions.models import Region
from apps.reports.document import Attached, Column, Document, Facts, Mark, Paragraph, Row, Section, Table
from apps.reports.layers import layered
from apps.reports.payments import Address
from imbudget.kit.formats import as_text


def receipt_document(receipt: Receipt, region: Region | None, address: Address) -> Document:
    """The paper, as papers of the region are. Raises ValueError for a record that no checkpoint has yet."""
    if receipt.checkpoint is None:
        raise ValueError(f"record {receipt.entry.pk} is not under a checkpoint")
    mongolian = region is not None and setting_of(region).mongolian_documents
    return layered(lambda: _paper(receipt, address), mongolian=mongolian)


def _paper(receipt: Receipt, address: Address) -> Document:
    entry = receipt.entry
    sections: list[Section] = [
        Facts(
            [
                (_("operation"), entry.event_label),
                (_("subject"), entry.subject_label or "–"),
                (pgettext("operation", "person"), entry.actor_name or "–"),
                (_("post"), entry.post_label or "–"),
                (_("region"), entry.region_code or "–"),
                (_("recorded at"), as_text(timezone.localtime(entry.recorded_at), "date")),
            ]
        ),
        _facts(entry.facts),
        Facts(_proof(receipt)),
        _anchors(receipt),
        Paragraph(
            _(
                "This paper shows what the receipt says. What proves it is the file receipt.json that lies in this PDF: "
                "check it on the public page, or without this system by the program verify_receipt.py and the public key."
            ),
            title=_("how to check it"),
        ),
        _mark(receipt, address),
    ]
    return Document(
        title=_("Receipt of a record"),
        subtitle=entry.subject_label,
        sections=sections,
        number=f"№ {entry.pk}",
        language=get_language() or "zh-hans",
        attached=Attached("receipt.json", receipt.content),
    )


def _facts(facts: dict[str, Any]) -> Table:
    rows = [
        Row((str(label), value if isinstance(value, str) else _written(value)))
        for label, value in facts_in_words(facts)
    ]
    columns = (Column(_("fact")), Column(_("value")))
    return Table(columns, rows, title=_("facts"), empty=_("The operation has no further facts."))


def _written(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _proof(receipt: Receipt) -> list[tuple[str, str]]:
    body, checkpoint = receipt.body, receipt.checkpoint
    assert checkpoint is not None  # noqa: S101 - papers are made of nothing else
    proof, told = body["proof"], body["checkpoint"]
    return [
        (_("fingerprint of the record"), f"{body['record']['hash'].upper()} {body['leaf']}"),
        (_("place in the log"), f"{body['log']['origin']} · {body['log']['place']} / {proof['size']}"),
        (_("hashes of the proof"), str(len(proof["path"]))),
        (_("checkpoint"), f"№ {checkpoint.number} · {as_text(timezone.localtime(checkpoint.made_at), 'date')}"),
        (_("head of the log"), bytes(checkpoint.root).hex()),
        (_("signature"), f"{told['algorithm']} · {told['key_id']}"),
        (_("code of the receipt"), receipt.code),
    ]


def _anchors(receipt: Receipt) -> Table:
    columns = (Column(_("witness")), Column(_("name")), Column(pgettext("anchor", "reference")))
    rows = [Row((anchor.kind, anchor.name, anchor.reference)) for anchor in receipt.anchors]
    return Table(columns, rows, title=_("anchored"), empty=why_not(receipt.checkpoint) if receipt.checkpoint else "")


def _mark(receipt: Receipt, address: Address) -> Mark:
    page = address(reverse("receipts:check", args=[get_language() or "zh-hans"]))
    words = _("The code leads to the public page, which says whether a record of this fingerprint stands in the log.")
    return Mark(f"{page}?c={receipt.code}", words)
