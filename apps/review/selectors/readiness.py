"""What is still missing before an act on a review can succeed: in words, '' or nothing where nothing is.

The services refuse by these sentences, and the page of the review says them instead of offering a button.
"""

from django.utils.translation import gettext as _

from apps.review.models import Conclusion, DrawState, MemberState, Review, ScoreSheet, SheetState
from apps.review.models.panel import SEATED
from apps.review.selectors.progress import Progress, unexplained
from apps.review.selectors.results import is_deviating

OPEN_DRAWS = (DrawState.REQUESTED, DrawState.COMMITTED)


def sheets_missing(review: Review) -> str:
    """How many sheets of round 1 are not in, of those that the panel owes."""
    owed = review.panel_size * review.items.count()
    given = ScoreSheet.objects.filter(
        member__review=review, member__state=MemberState.DECLARED, round=1, state=SheetState.SUBMITTED
    ).count()
    return _sheets_missing(owed, given)


def sheets_missing_in(progress: Progress) -> str:
    """The same for a panel whose progress is at hand."""
    given = sum(row.done for row in progress.seated if row.member.state == MemberState.DECLARED)
    return _sheets_missing((len(progress.seated) + progress.free) * len(progress.items), given)


def _sheets_missing(owed: int, given: int) -> str:
    if owed and owed == given:
        return ""
    return _("Not every score sheet is in yet: %(missing)d of %(owed)d are missing.") % {
        "missing": owed - given,
        "owed": owed,
    }


def missing_for_result(review: Review) -> list[str]:
    """What keeps the result from being computed: sheets, or the reasons of scores that lie far off."""
    if missing := sheets_missing(review):
        return [missing]
    names = dict(review.items.values_list("pk", "project__name"))
    return [
        _("The score of expert %(expert)s for “%(project)s” lies far from the mean: it needs a written reason.")
        % {"expert": sheet.member.alias, "project": names[sheet.item_id]}
        for sheet in unexplained(review)
    ]


def missing_for_confirmation(conclusion: Conclusion) -> list[str]:
    """What keeps a conclusion from being handed in: its words, or a reason; experts may have cut a line without one."""
    missing = [] if conclusion.text else [_("Write the overall conclusion first.")]
    for item in conclusion.review.items.select_related("project").prefetch_related("findings"):
        missing += [
            _("“%(project)s”, line %(line)s: say why it is cut.") % {"project": item.project, "line": line}
            for line in item.findings.all()
            if line.approved is not None and line.approved < line.submitted and not line.reason
        ]
        if is_deviating(item) and not item.deviation:
            missing.append(_("“%(project)s”: say why the result differs.") % {"project": item.project})
    return missing


def draw_under_way(review: Review) -> str:
    """Whether another draw has to be ended first."""
    if review.draws.filter(state__in=OPEN_DRAWS).exists():
        return _("Another draw of this review is under way: end that one first.")
    return ""


def seats_missing(review: Review) -> str:
    """Whether there is no seat to fill."""
    if review.members.filter(state__in=SEATED).count() >= review.panel_size:
        return _("No seat of the panel is free.")
    return ""


def judged_already(review: Review) -> str:
    """Whether the panel has begun to judge, and stays."""
    if ScoreSheet.objects.filter(member__review=review, state=SheetState.SUBMITTED).exists():
        return _("A score sheet has been handed in: this panel cannot be drawn again.")
    return ""
