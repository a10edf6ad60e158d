"""The panel at work: members, score sheets, what was said."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.review.models.draw import Draw
from apps.review.models.expert import Expert
from apps.review.models.review import Review, ReviewItem, Verdict
from imbudget.kit.transitions import Stateful


class MemberState(models.TextChoices):
    """How an expert stands to the panel."""

    INVITED = "invited", _("invited")
    ACCEPTED = "accepted", pgettext_lazy("review", "accepted")
    DECLARED = "declared", _("free of interest")
    DECLINED = "declined", _("declined")
    CONFLICTED = "conflicted", _("conflict of interest")
    ABSENT = "absent", _("did not answer or come")
    DISMISSED = "dismissed", _("dismissed by another draw")


SEATED = (MemberState.INVITED, MemberState.ACCEPTED, MemberState.DECLARED)


class PanelMember(Stateful):
    """An expert drawn for a review. `alias` is how the others know them: A, B, C, …"""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="members", db_index=False)
    expert = models.ForeignKey(Expert, verbose_name=_("expert"), on_delete=models.PROTECT, related_name="panels")
    draw = models.ForeignKey(Draw, verbose_name=_("draw"), on_delete=models.PROTECT, related_name="members")
    place = models.PositiveIntegerField(_("place in the draw"))
    alias = models.CharField(_("sign"), max_length=3)
    employer = models.CharField(_("employer"), max_length=120)  # as it was at the draw
    state = models.CharField(
        _("state"), max_length=10, choices=MemberState, default=MemberState.INVITED, editable=False
    )
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    declaration = models.JSONField(_("declaration of interest"), null=True, blank=True)
    invited_at = models.DateTimeField(_("invited at"), auto_now_add=True)
    answered_at = models.DateTimeField(_("answered at"), null=True, blank=True, editable=False)
    declared_at = models.DateTimeField(_("declared at"), null=True, blank=True, editable=False)
    urged_at = models.DateTimeField(_("urged at"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("member of a panel")
        verbose_name_plural = _("members of panels")
        ordering = ["review", "place", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["review", "expert"], name="panel_member_once"),
            models.UniqueConstraint(fields=["review", "alias"], name="panel_alias_once"),
        ]

    def __str__(self) -> str:
        return f"{self.review} · {self.alias}"


class SheetState(models.TextChoices):
    """A sheet is a draft until its expert hands it in; then it never changes (a trigger)."""

    DRAFT = "draft", _("draft")
    SUBMITTED = "submitted", _("handed in")


class ScoreSheet(Stateful):
    """One expert on one project (评分表): round 1 alone, round 2 after the discussion where the expert changes it.

    `values` are the answers to the review's score sheet, `lines` what a review of the budget leaves of each cost line:
    {number: {"amount": text, "reason": text}}. `total` is the weighted score of 0 to 100.
    """

    member = models.ForeignKey(PanelMember, on_delete=models.PROTECT, related_name="sheets", db_index=False)
    item = models.ForeignKey(ReviewItem, verbose_name=_("project"), on_delete=models.PROTECT, related_name="sheets")
    round = models.PositiveSmallIntegerField(pgettext_lazy("review", "round"), default=1)
    values = models.JSONField(_("answers"), default=dict)
    lines = models.JSONField(_("cost lines"), default=dict)
    total = models.DecimalField(_("score"), max_digits=6, decimal_places=2, null=True, blank=True)
    opinion = models.CharField(_("opinion"), max_length=8, choices=Verdict, blank=True)
    amount = models.DecimalField(_("recommended amount"), max_digits=20, decimal_places=2, null=True, blank=True)
    comment = models.TextField(_("remark"), max_length=4000, blank=True)
    outlier_reason = models.TextField(_("reason of a score far off"), max_length=2000, blank=True)
    change_reason = models.TextField(_("reason of the change"), max_length=2000, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=SheetState, default=SheetState.DRAFT, editable=False)
    digest = models.CharField(_("SM3 digest"), max_length=64, blank=True, editable=False)
    revision = models.PositiveIntegerField(default=1, editable=False)
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True, editable=False)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    class Meta:
        verbose_name = _("score sheet")
        verbose_name_plural = _("score sheets")
        ordering = ["item", "round", "member"]
        constraints = [
            models.UniqueConstraint(fields=["member", "item", "round"], name="score_sheet_once"),
            models.CheckConstraint(
                condition=Q(total=None) | Q(total__gte=0, total__lte=100), name="score_from_0_to_100"
            ),
            models.CheckConstraint(condition=Q(round__in=(1, 2)), name="score_sheet_of_two_rounds"),
        ]

    def __str__(self) -> str:
        return f"{self.member_id} {self.item_id} {self.round}"


class DiscussionNote(models.Model):
    """What a member or the organiser (member is None) said in the discussion; it stays."""

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="notes")
    item = models.ForeignKey(ReviewItem, null=True, blank=True, on_delete=models.PROTECT, related_name="notes")
    member = models.ForeignKey(PanelMember, null=True, blank=True, on_delete=models.PROTECT, related_name="notes")
    text = models.TextField(pgettext_lazy("review", "text"), max_length=4000)
    said_at = models.DateTimeField(_("said at"), auto_now_add=True)

    class Meta:
        verbose_name = _("note of a discussion")
        verbose_name_plural = _("notes of discussions")
        ordering = ["review", "pk"]

    def __str__(self) -> str:
        return self.text[:60]


class Dissent(models.Model):
    """A member does not share the panel's conclusion on a project; it stands in the report."""

    member = models.ForeignKey(PanelMember, on_delete=models.PROTECT, related_name="dissents")
    item = models.ForeignKey(ReviewItem, verbose_name=_("project"), on_delete=models.PROTECT, related_name="dissents")
    text = models.TextField(pgettext_lazy("review", "text"), max_length=4000)
    made_at = models.DateTimeField(_("made at"), auto_now_add=True)

    class Meta:
        verbose_name = _("dissent")
        verbose_name_plural = _("dissents")
        ordering = ["item", "pk"]
        constraints = [models.UniqueConstraint(fields=["member", "item"], name="dissent_once")]

    def __str__(self) -> str:
        return self.text[:60]
