"""The books of a region's year."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from apps.codes.models import FiscalYear
from apps.regions.models import Region
from imbudget.kit.querysets import ScopedQuerySet
from imbudget.kit.transitions import Stateful


class BooksState(models.TextChoices):
    """Whether the books of a year take postings."""

    OPEN = "open", pgettext_lazy("books", "open")
    CLOSED = "closed", pgettext_lazy("books", "closed")


class BooksQuerySet(ScopedQuerySet):
    """Books of regions; a unit post sees none."""

    unit_field = None

    def for_list(self) -> "BooksQuerySet":
        return self.select_related("region")


class Books(Stateful):
    """The ledger of one region in one year: open from its first document until closed; both years are open in winter.

    A trigger refuses postings in a year without books, or whose books are closed.
    """

    region = models.ForeignKey(Region, verbose_name=_("region"), on_delete=models.PROTECT, related_name="+")
    league = models.ForeignKey(Region, null=True, editable=False, on_delete=models.PROTECT, related_name="+")
    year = models.ForeignKey(FiscalYear, verbose_name=_("fiscal year"), on_delete=models.PROTECT, related_name="+")
    state = models.CharField(_("state"), max_length=6, choices=BooksState, default=BooksState.OPEN, editable=False)
    opened_at = models.DateTimeField(_("opened at"), auto_now_add=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True, editable=False)

    objects = BooksQuerySet.as_manager()

    class Meta:
        verbose_name = _("books of a year")
        verbose_name_plural = _("books of the years")
        constraints = [models.UniqueConstraint(fields=["region", "year"], name="books_once_a_year")]

    def __str__(self) -> str:
        return f"{self.region} {self.year_id}"

    def get_absolute_url(self) -> str:
        return reverse("ledger:book", args=[self.pk])
