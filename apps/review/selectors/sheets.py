"""A score sheet in the one form in which its digest is taken."""

from typing import Any

from apps.projects.selectors.versions import digest_of
from apps.review.models import ScoreSheet

FORMAT = 1


def sheet_body(sheet: ScoreSheet) -> dict[str, Any]:
    """What an expert handed in, with the version and the form that it judges by; never who the expert is."""
    item, member = sheet.item, sheet.member
    review = item.review
    return {
        "format": FORMAT,
        "review": f"{review.region.code} {review.year}-{review.number}",
        "project": item.project.code,
        "version": item.dossier.version.digest,
        "form": review.form_version.digest,
        "member": member.alias,
        "round": sheet.round,
        "values": sheet.values,
        "lines": sheet.lines,
        "total": None if sheet.total is None else f"{sheet.total:.2f}",
        "opinion": sheet.opinion,
        "amount": None if sheet.amount is None else f"{sheet.amount:.2f}",
        "comment": sheet.comment,
        "change_reason": sheet.change_reason,
    }


def digest_of_sheet(sheet: ScoreSheet) -> str:
    """SM3 over the sheet; a changed character changes it."""
    return digest_of(sheet_body(sheet))


def is_intact(sheet: ScoreSheet) -> bool:
    """Whether a sheet still says what was handed in."""
    return digest_of_sheet(sheet) == sheet.digest
