"""What an expert sees: their own seats, the projects of these as they were handed in, nothing of anybody else."""

from collections import Counter
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from apps.files.models import StoredFile
from apps.lowcode.models import FormVersion
from apps.lowcode.schema.fields import FieldType
from apps.lowcode.selectors.forms import schema_of
from apps.projects.models import ProjectVersion
from apps.projects.selectors.attachments import attachments_of
from apps.review.models import MemberState, PanelMember, ReviewItem, ReviewState, ScoreSheet, SheetState
from imbudget.kit.actor import Actor
from imbudget.kit.registry import Line

WAITING = (ReviewState.FORMING, ReviewState.SCORING)


def own_members(actor: Actor) -> QuerySet[PanelMember]:
    """The seats of the actor, and those they had: the only door of an expert to anything of a review."""
    if actor.user_id is None or not actor.can("review.score"):
        return PanelMember.objects.none()
    rows = PanelMember.objects.filter(expert__user_id=actor.user_id)
    return rows.select_related("expert", "review__region", "review__form_version")


def desk_rows(actor: Actor) -> QuerySet[PanelMember]:
    """The same with how many projects there are and how many sheets are in, the newest first."""
    return _counted(own_members(actor)).order_by("-invited_at", "-pk")


def _counted(members: QuerySet[PanelMember]) -> QuerySet[PanelMember]:
    items = ReviewItem.objects.filter(review=OuterRef("review")).order_by().values("review").annotate(n=Count("pk"))
    sheets = ScoreSheet.objects.filter(member=OuterRef("pk"), round=1, state=SheetState.SUBMITTED)
    counted = sheets.order_by().values("member").annotate(n=Count("pk"))
    return members.annotate(
        projects=Coalesce(Subquery(items.values("n")), 0), handed_in=Coalesce(Subquery(counted.values("n")), 0)
    )


def what_waits(user_ids: list[int]) -> dict[int, list[Line]]:
    """How many panels wait for each of these people: to answer, to declare, to score; for the daily digest. One query."""
    rows = _counted(PanelMember.objects.filter(expert__user__in=user_ids, review__state__in=WAITING)).filter(
        Q(state__in=(MemberState.INVITED, MemberState.ACCEPTED))
        | Q(state=MemberState.DECLARED, review__state=ReviewState.SCORING, handed_in__lt=F("projects"))
    )
    found = Counter(rows.values_list("expert__user_id", flat=True))
    url = reverse("review:desk")
    return {user_id: [Line("review.waiting", {"count": str(count)}, url)] for user_id, count in found.items()}


def items_of(member: PanelMember) -> QuerySet[ReviewItem]:
    """The projects before the member's panel."""
    return member.review.items.select_related("project__unit", "project__department", "dossier__version").order_by(
        "number"
    )


def sheets_of(member: PanelMember) -> dict[int, ScoreSheet]:
    """Project of the review → the member's own last sheet."""
    return {sheet.item_id: sheet for sheet in member.sheets.order_by("round")}


def sheet_of(member: PanelMember, item: ReviewItem, round_: int = 1) -> ScoreSheet | None:
    """The member's own sheet of a round on a project."""
    return member.sheets.filter(item=item, round=round_).first()


def files_of(item: ReviewItem) -> dict[str, StoredFile]:
    """The papers of the version that is judged, by key: its attachments, and the files among its answers."""
    version = item.dossier.version
    named = {(row["kind"], row["file"]) for row in version.body.get("attachments", [])}
    found = {
        str(row.file_id): row.file
        for row in attachments_of(version.project)
        if (row.kind, f"{row.file.name} [{row.file.digest[:12]}]") in named
    }
    keys = _answered_files(version)
    return found | {str(stored.pk): stored for stored in StoredFile.objects.filter(pk__in=keys)}


def _answered_files(version: ProjectVersion) -> list[Any]:
    form = version.body.get("form")
    if not form:
        return []
    schema = schema_of(FormVersion.objects.get(pk=form["version"]))
    values = [form["values"].get(one.key) for one in schema if one.type == FieldType.FILE]
    return [value["id"] for value in values if isinstance(value, dict) and value.get("id")]
