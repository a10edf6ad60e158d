"""What forms and flows share: a definition that belongs to a region or unit, and its frozen versions."""

from typing import Any

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.regions.models import Region
from imbudget.kit.actor import Actor, Reach
from imbudget.kit.transitions import Stateful


class VersionState(models.TextChoices):
    """A version is worked on, in use for new documents, or kept for those that began with it."""

    DRAFT = "draft", _("draft")
    PUBLISHED = "published", _("published")
    RETIRED = "retired", _("retired")


class DefinitionQuerySet(models.QuerySet):
    """Definitions are no secret upwards: a place sees its own and those of the levels above, and what lies below."""

    def visible_to(self, actor: Actor) -> "DefinitionQuerySet":
        """Those of the actor's own node and above it (they apply here), and those below an office."""
        if actor.reach == Reach.EVERYTHING:
            return self.all()
        if actor.reach == Reach.NOTHING or actor.region_id is None:
            return self.none()
        home = Region.objects.get(pk=actor.region_id)
        applies = Q(region__in=home.get_ancestors(include_self=True))
        if actor.reach == Reach.UNITS:
            return self.filter(applies & self._of_units(actor))
        return self.filter(applies | Q(region__in=home.get_descendants()))

    def _of_units(self, actor: Actor) -> Q:
        """Those of the region as a whole, and those of one's own units; flows belong to no unit."""
        if not self._has_unit():
            return Q()
        return Q(unit=None) | Q(unit__in=actor.unit_ids)

    def _has_unit(self) -> bool:
        return any(field.name == "unit" for field in self.model._meta.fields)

    def for_list(self) -> "DefinitionQuerySet":
        return self.select_related("region", *(["unit"] if self._has_unit() else []))


class Definition(models.Model):
    """The standing thing under a name; what it says is in its versions."""

    region = models.ForeignKey(Region, verbose_name=_("region"), on_delete=models.PROTECT, related_name="+")
    code = models.CharField(
        _("code"), max_length=40, validators=[RegexValidator(r"^[a-z][a-z0-9_]{0,39}$")], help_text=_("a-z, 0-9 and _")
    )
    name = models.CharField(_("name"), max_length=120)
    updated_at = models.DateTimeField(_("updated at"), auto_now=True)

    objects = DefinitionQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name


class Version(Stateful):
    """One version; from its publishing on the body never changes (a database trigger holds it)."""

    number = models.PositiveIntegerField(_("version"))
    state = models.CharField(
        _("state"), max_length=10, choices=VersionState, default=VersionState.DRAFT, editable=False
    )
    body = models.JSONField(_("definition"), default=dict)
    digest = models.CharField(_("SM3 digest"), max_length=64, blank=True)
    revision = models.PositiveIntegerField(default=1, editable=False)
    author = models.ForeignKey(User, verbose_name=_("author"), null=True, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        definition: Any = getattr(self, "definition", "")
        return f"{definition} v{self.number}"
