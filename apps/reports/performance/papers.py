"""The kinds of paper that a project's year has: what each is called, read from and laid out by."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.text import get_valid_filename
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from apps.performance.models import ProjectYear
from apps.reports.document import Document
from apps.reports.performance.forms import goals_document, self_document
from apps.reports.performance.reading import reports, self_evaluations, year_facts
from apps.reports.performance.report import report_document


@dataclass(frozen=True, slots=True)
class Paper:
    """`read` gives the facts of many years by key (a year without any has no such paper), `lay_out` makes the document."""

    label: str | Promise
    read: Callable[[Sequence[ProjectYear]], dict[int, Any]]
    lay_out: Callable[..., Document]


PAPERS = {
    "goals": Paper(_("goal table"), year_facts, goals_document),
    "self": Paper(_("self-evaluation form"), self_evaluations, self_document),
    "report": Paper(_("report of the evaluation"), reports, report_document),
}


def file_name(of: ProjectYear, paper: str, kind: str) -> str:
    """单位_项目编码_自评表.pdf: Chinese whoever asks, so that the same paper always has the same name."""
    with override("zh-hans"):
        name = f"{of.unit.name}_{of.project.code}_{PAPERS[paper].label}.{kind}"
    return get_valid_filename(name)  # a slash would make a folder
