"""What one administrator asks for and another one decides: two persons, held by the database."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from apps.accounts.models.people import Post, User
from apps.accounts.roles import ROLE_CHOICES
from apps.regions.models import Department, Region, Unit
from imbudget.kit.transitions import Stateful


class Decision(models.TextChoices):
    WAITING = "waiting", _("waits for the second person")
    CONFIRMED = "confirmed", _("confirmed")
    REFUSED = "refused", _("refused")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Decided(Stateful):
    """Asked for by one person, decided by another one."""

    state = models.CharField(_("state"), max_length=12, choices=Decision, default=Decision.WAITING)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("asked by"), on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField(_("asked at"), default=timezone.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(state="withdrawn") | Q(decided_by=None) | ~Q(decided_by=F("asked_by")),
                name="%(class)s_two_persons",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", decided_by=None)
                | (~Q(state="waiting") & Q(decided_by__isnull=False, decided_at__isnull=False)),
                name="%(class)s_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=(Q(decided_by=None) | ~Q(decided_by=F("user"))) & ~Q(asked_by=F("user")),
                name="%(class)s_not_about_oneself",
            ),
        ]


class PostProposal(Decided):
    """A post with which money is paid out, as one administrator proposes it; confirmed, it becomes `post`."""

    user = models.ForeignKey(User, verbose_name=_("user"), on_delete=models.PROTECT, related_name="proposals")
    role = models.CharField(_("role"), max_length=30, choices=ROLE_CHOICES)
    region = models.ForeignKey(
        Region, verbose_name=_("region"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    department = models.ForeignKey(
        Department, verbose_name=_("department"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    unit = models.ForeignKey(
        Unit, verbose_name=_("budget unit"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    valid_from = models.DateField(_("valid from"), default=timezone.localdate)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    post = models.OneToOneField(
        Post, verbose_name=_("post"), null=True, blank=True, on_delete=models.PROTECT, related_name="proposal"
    )

    class Meta:
        verbose_name = _("proposed post")
        verbose_name_plural = _("proposed posts")
        ordering = ["-asked_at"]
        constraints = [
            *Decided.Meta.constraints,
            models.CheckConstraint(
                condition=Q(region__isnull=False, department=None, unit=None)
                | Q(region=None, department__isnull=False, unit=None)
                | Q(region=None, department=None, unit__isnull=False),
                name="proposal_at_one_node",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.node} · {self.get_role_display()}"

    @property
    def node(self) -> Region | Department | Unit:
        """The region, department or unit of the post."""
        return self.region or self.department or self.unit
