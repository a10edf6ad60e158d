"""Papers of performance for thousands of projects: each is kept as soon as it is finished, so that none is made twice."""

import json
import shutil
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from django.db import transaction
from django.urls import reverse
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from apps.desk.kinds import Cancelled, Progress
from apps.desk.services import result_path
from apps.evidence import services as evidence
from apps.performance.filters.years import ProjectYearFilter
from apps.performance.models import ProjectYear
from apps.projects.selectors.settings import setting_of
from apps.regions.models import Region
from apps.reports.performance.papers import PAPERS, file_name
from apps.reports.performance.reading import RELATED
from apps.reports.services import RENDERERS, signed
from imbudget.kit.actor import Actor
from imbudget.kit.crypto import sm3_of_file
from imbudget.kit.errors import RuleViolation
from imbudget.kit.wholefiles import keep_whole

KIND = "reports.performance"
MOST = 50_000  # papers in one file
AT_ONCE = 200  # years whose facts are read together
FILES = ("pdf", "xlsx")


def asked_years(actor: Actor, query: str) -> Any:
    """The projects' years that a list with this query shows its reader, by unit and code."""
    form = ProjectYearFilter(MultiValueDict(parse_qs(query)), actor=actor)
    form.is_valid()
    return form.narrow(ProjectYear.objects.visible_to(actor)).order_by("unit__code", "project__code", "pk")


def make_papers(actor: Actor, params: dict[str, Any], path: str, progress: Progress) -> dict[str, Any]:
    """One kind of paper of each project's year as one ZIP (a background job).

    Which years they are is settled once; a worker that is killed and comes back goes on behind the papers that are finished.
    RuleViolation where the post sees none of them (any more).
    """
    if (
        not (actor.role == "system" or actor.can("performance.see"))
        or params["paper"] not in PAPERS
        or params["kind"] not in FILES
    ):
        raise RuleViolation(_("Your post does not include these papers."))
    parts = result_path(params["token"], ".parts")
    parts.mkdir(exist_ok=True)
    with _nothing_kept(parts):
        keys = _chosen(actor, params["query"], parts)
        names: dict[str, Path] = {}
        for begin in range(0, len(keys), AT_ONCE):
            told = partial(_told, progress, begin, len(keys))
            for of, file in _part(actor, params, parts, keys[begin : begin + AT_ONCE], told):
                names[_name(of, params, names)] = file
        if not names:
            raise RuleViolation(_("None of these projects has such a paper."))
        archive = result_path(params["token"])
        keep_whole(archive, lambda target: _pack(target, names, progress))
    evidence.append(
        "reports.performance_made", Region.objects.filter(pk=actor.region_id).first() or Region.objects.get(level=0), actor,
        documents=len(names), paper=params["paper"], kind=params["kind"], query=params["query"], digest=sm3_of_file(archive),
    )  # fmt: skip
    # Not before the job is kept: one that comes back would have to begin anew.
    transaction.on_commit(partial(shutil.rmtree, parts, ignore_errors=True))
    return {"url": reverse("reports:performance_papers", args=[params["token"]]), "documents": len(names)}


@contextmanager
def _nothing_kept(parts: Path) -> Iterator[None]:
    """Who stops the work wants none of it."""
    try:
        yield
    except Cancelled:
        shutil.rmtree(parts, ignore_errors=True)
        raise


def _told(progress: Progress, begin: int, of: int, done: int, message: str) -> None:
    progress(begin + done, of, message)


def _chosen(actor: Actor, query: str, parts: Path) -> list[int]:
    """The keys as they were when the work first began: what is filed meanwhile moves nobody in or out."""
    kept = parts / "chosen.json"
    if not kept.is_file():
        keys = list(asked_years(actor, query).values_list("pk", flat=True)[: MOST + 1])
        if not keys:
            raise RuleViolation(_("The list shows no project."))
        if len(keys) > MOST:
            text = _("More than %(count)s projects: narrow the list by its filters.")
            raise RuleViolation(text % {"count": MOST})
        keep_whole(kept, lambda target: target.write_text(json.dumps(keys)))
    found: list[int] = json.loads(kept.read_text())
    return found


def _part(
    actor: Actor, params: dict[str, Any], parts: Path, keys: Sequence[int], told: Any
) -> list[tuple[ProjectYear, Path]]:
    """The papers of some years, those that are finished left as they are."""
    paper, kind = params["paper"], params["kind"]
    rows = {of.pk: of for of in ProjectYear.objects.visible_to(actor).filter(pk__in=keys).select_related(*RELATED)}
    missing = [of for key, of in rows.items() if not _file(parts, key, kind).is_file()]
    facts = PAPERS[paper].read(missing) if missing else {}
    settings: dict[int, bool] = {}
    made = []
    for count, key in enumerate(key for key in keys if key in rows):
        of = rows[key]
        told(count, str(of.unit))
        goal = _file(parts, key, kind)
        if key in facts:
            if of.region_id not in settings:
                settings[of.region_id] = setting_of(of.region).mongolian_documents
            content = RENDERERS[kind](signed(PAPERS[paper].lay_out(facts[key], mongolian=settings[of.region_id])))
            keep_whole(goal, lambda target, content=content: target.write_bytes(content))  # type: ignore[misc]
        if goal.is_file():
            made.append((of, goal))
    return made


def _name(of: ProjectYear, params: dict[str, Any], names: dict[str, Path]) -> str:
    """The name by rule; where a list shows several years of a project, all but its first say theirs."""
    name = file_name(of, params["paper"], params["kind"])
    stem, _dot, suffix = name.rpartition(".")
    return f"{stem}_{of.year_id}.{suffix}" if name in names else name


def _file(parts: Path, key: int, kind: str) -> Path:
    return parts / f"{key}.{kind}"


def _pack(target: Path, names: dict[str, Path], progress: Progress) -> None:
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:  # what is in it is compressed already
        for count, (name, file) in enumerate(names.items()):
            progress(count, len(names) + 1, _("putting into one file"))
            archive.write(file, name)
