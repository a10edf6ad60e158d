"""A project on its way through its reviews."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.projects.models import Project, ProjectVersion
from apps.regions.models import Region, Unit
from apps.review.models.rules import ReviewKind
from imbudget.kit.querysets import ScopedQuerySet
from imbudget.kit.transitions import Stateful


class DossierState(models.TextChoices):
    """How the reviews of a project ended."""

    OPEN = "open", _("under review")
    STORED = "stored", _("passed")
    RETURNED = "returned", _("returned")
    REFUSED = "refused", _("not passed")


class Dossier(Stateful):
    """The reviews that one version of a project needs (评审卷), and how they ended; a project has one open at most.

    Unit, region and league are copied from the project by the database. `amount` is the smallest amount that its
    reviews left of the total: what goes into the store.
    """

    project = models.ForeignKey(Project, verbose_name=_("project"), on_delete=models.PROTECT, related_name="dossiers")
    version = models.ForeignKey(
        ProjectVersion, verbose_name=_("version"), on_delete=models.PROTECT, related_name="+", db_index=False
    )
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+", editable=False, db_index=False)
    region = models.ForeignKey(Region, on_delete=models.PROTECT, related_name="+", editable=False)
    league = models.ForeignKey(Region, null=True, on_delete=models.PROTECT, related_name="+", editable=False)
    kinds = ArrayField(models.CharField(max_length=12, choices=ReviewKind), verbose_name=_("reviews needed"))
    total = models.DecimalField(_("total amount"), max_digits=20, decimal_places=2)
    amount = models.DecimalField(_("amount after review"), max_digits=20, decimal_places=2, null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=DossierState, default=DossierState.OPEN, editable=False)
    reason = models.TextField(_("reason"), max_length=2000, blank=True)
    author = models.ForeignKey(User, verbose_name=_("by"), null=True, on_delete=models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(_("opened at"), auto_now_add=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True, editable=False)

    objects = ScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("review dossier")
        verbose_name_plural = _("review dossiers")
        constraints = [
            models.UniqueConstraint(fields=["project"], condition=Q(state="open"), name="one_open_dossier"),
        ]

    def __str__(self) -> str:
        return str(self.project)

    def get_absolute_url(self) -> str:
        return f"{reverse('projects:project', args=[self.project_id])}?tab=review"
