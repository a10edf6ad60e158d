"""Making documents: rendered from one consistent reading, their digest kept as evidence."""

import zipfile
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.db import connection, transaction
from django.urls import reverse
from django.utils.text import get_valid_filename
from django.utils.translation import gettext as _

from apps.budget.models import BudgetSheet
from apps.desk.services import result_path
from apps.evidence import services as evidence
from apps.regions.models import Region
from apps.reports.csv import render_csv
from apps.reports.definitions import sheet_document
from apps.reports.document import Document, fingerprint
from apps.reports.pdf import render_pdf
from apps.reports.xlsx import render_xlsx
from imbudget.kit.actor import Actor
from imbudget.kit.crypto import sm3_hex
from imbudget.kit.errors import RuleViolation

RENDERERS: dict[str, Callable[[Document], bytes]] = {"pdf": render_pdf, "xlsx": render_xlsx, "csv": render_csv}
MIME = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


def make_document(actor: Actor, subject: Any, build: Callable[[], Document], kind: str) -> tuple[Document, bytes]:
    """Build and render a document in one transaction that sees one state of the data, and record its digest."""
    with transaction.atomic():
        if len(connection.savepoint_ids) == 0:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        document = signed(build())
        content = RENDERERS[kind](document)
        evidence.append(
            "reports.made",
            subject,
            actor,
            title=document.title,
            kind=kind,
            language=document.language,
            digest=document.digest,
            file_digest=sm3_hex(content),
        )
    return document, content


def record_picture(actor: Actor, subject: Any, title: str, content: bytes) -> bytes:
    """Keep the digest of a picture that goes out as evidence; returns it."""
    with transaction.atomic():
        evidence.append("reports.made", subject, actor, title=title, kind="png", file_digest=sm3_hex(content))
    return content


def signed(document: Document) -> Document:
    """The document with the digest of what it says, printed at its foot and kept as evidence."""
    return replace(document, digest=fingerprint(document))


def make_batch(actor: Actor, params: dict[str, Any], path: str, progress: Any) -> dict[str, Any]:
    """The unit budgets of a region and round as one ZIP of PDF files (a background job)."""
    region = Region.objects.visible_to(actor).filter(pk=params["region"]).first()
    if region is None or not actor.can("budget.export"):
        raise RuleViolation(_("Your post does not include this region's documents."))
    sheets = BudgetSheet.objects.visible_to(actor).filter(region=region).of_round(params["year"], params["round"])
    rows = list(sheets.select_related("unit", "region").order_by("unit__code"))
    if not rows:
        raise RuleViolation(_("No unit of this region has a budget sheet in this round."))
    target = result_path(params["token"])
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for count, sheet in enumerate(rows):
            progress(count, len(rows), str(sheet.unit))
            name = get_valid_filename(f"{sheet.unit.code}-{sheet.unit.name}.pdf")  # a slash would make a folder
            archive.writestr(name, render_pdf(signed(sheet_document(sheet))))
    progress(len(rows), len(rows))
    evidence.append(
        "reports.batch_made", region, actor, documents=len(rows), digest=sm3_hex(target.read_bytes()), **_plain(params)
    )
    return {"url": reverse("reports:batch_file", args=[params["token"]]), "documents": len(rows)}


def _plain(params: dict[str, Any]) -> dict[str, Any]:
    return {"year": params["year"], "round": params["round"]}
