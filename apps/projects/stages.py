"""The states of a project as a reader of totals groups them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.projects.models import ProjectState as S


class Stage(models.TextChoices):
    """How far projects are, in the order in which they come there."""

    PREPARED = "prepared", _("being prepared")
    REVIEWED = "reviewed", _("under approval")
    PENDING = "pending", _("waits for expert review")
    STORED = "stored", _("in the store")
    OUT = "out", _("left out")


STATES: dict[Stage, tuple[S, ...]] = {
    Stage.PREPARED: (S.DRAFT, S.RETURNED),
    Stage.REVIEWED: (S.UNIT_REVIEW, S.DEPARTMENT_REVIEW, S.DEPARTMENT_RESERVE, S.FINANCE_REVIEW),
    Stage.PENDING: (S.REVIEW_PENDING,),
    Stage.STORED: (S.STORED,),
    Stage.OUT: (S.REFUSED, S.TERMINATED, S.ABANDONED),
}
LIVE = "live"  # the word of filters for every project but those that are left out
LIVE_STATES = tuple(state for stage, states in STATES.items() if stage != Stage.OUT for state in states)
STAGE_OF = {str(state): stage for stage, states in STATES.items() for state in states}
