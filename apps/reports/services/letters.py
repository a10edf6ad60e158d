"""The letters of an approval for all its units: each is kept as soon as it is finished, so that none is made twice."""

import shutil
import zipfile
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.text import get_valid_filename
from django.utils.translation import gettext as _

from apps.desk.services import result_path
from apps.evidence import services as evidence
from apps.ledger.models import AuthorityDocument
from apps.regions.models import Unit
from apps.reports.letters import carries_mongolian, letter_document
from apps.reports.pdf import render_pdf
from apps.reports.policies import may_make_letters
from apps.reports.selectors import units_of
from apps.reports.services import signed
from imbudget.kit.actor import Actor
from imbudget.kit.crypto import sm3_hex
from imbudget.kit.errors import RuleViolation, require
from imbudget.kit.wholefiles import keep_whole


def make_letters(actor: Actor, params: dict[str, Any], path: str, progress: Any) -> dict[str, Any]:
    """Every unit's letter as one ZIP of PDF files (a background job).

    A worker that is killed and comes back finds in the job's own directory what was finished and goes on from there.
    """
    document = AuthorityDocument.objects.select_related("region").get(pk=params["document"])
    require(may_make_letters(actor, document))  # the post may have ended since the job was started
    units = list(units_of(document))
    if not units:
        raise RuleViolation(_("This approval gives no unit anything."))
    parts = result_path(params["token"], ".parts")
    parts.mkdir(exist_ok=True)
    mongolian = carries_mongolian(document)
    for count, unit in enumerate(units):
        progress(count, len(units), str(unit))
        part = _part(parts, unit)
        if not part.is_file():
            content = render_pdf(signed(letter_document(document, unit, mongolian=mongolian)))
            keep_whole(part, lambda target, content=content: target.write_bytes(content))  # type: ignore[misc]
    archive = result_path(params["token"])
    keep_whole(archive, lambda target: _pack(target, parts, units))
    progress(len(units), len(units))
    evidence.append("reports.letters_made", document, actor, documents=len(units), digest=sm3_hex(archive.read_bytes()))
    # Not before the job is kept: one that comes back would have to begin anew.
    transaction.on_commit(partial(shutil.rmtree, parts, ignore_errors=True))
    return {"url": reverse("reports:letters_file", args=[params["token"]]), "documents": len(units)}


def _part(parts: Path, unit: Unit) -> Path:
    return parts / f"{unit.pk}.pdf"


def _pack(target: Path, parts: Path, units: Sequence[Unit]) -> None:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:  # PDF pages are compressed already
        for unit in units:
            name = get_valid_filename(f"{unit.code}-{unit.name}.pdf")  # a slash would make a folder
            archive.write(_part(parts, unit), name)
