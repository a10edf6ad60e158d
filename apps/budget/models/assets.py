"""资产配置标准: what a unit may buy of an asset, and at what price."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.budget.models.base import OPEN_END
from apps.budget.models.sheet import money_field
from apps.regions.models import Region, UnitNature


class AssetStandard(models.Model):
    """So many a person in post and no dearer than so much, for the items of the procurement catalogue below one code.

    Of several standards the one of the nearest region decides, at one region that of the unit's own nature.
    """

    region = models.ForeignKey(
        Region,
        verbose_name=_("region"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text=_("Empty: everywhere. Otherwise this region and all below it."),
    )
    item = models.CharField(
        _("procurement item"),
        max_length=21,
        validators=[RegexValidator(r"^[0-9A-Z]{1,21}$")],
        help_text=_("A code of the procurement catalogue, or the beginning of several."),
    )
    name = models.CharField(_("name"), max_length=120)
    nature = models.CharField(
        _("nature of unit"), max_length=20, choices=UnitNature, blank=True, help_text=_("Empty: units of every nature.")
    )
    per_person = models.DecimalField(
        _("pieces a person"),
        max_digits=8,
        decimal_places=2,
        null=True,
        blank=True,
        help_text=_("Empty: the number is not limited."),
    )
    price = money_field(_("highest unit price"), null=True, blank=True, help_text=_("In yuan. Empty: not limited."))
    valid_from = models.PositiveSmallIntegerField(_("valid from year"), default=2000)
    valid_to = models.PositiveSmallIntegerField(_("valid to year"), default=OPEN_END)
    is_verified = models.BooleanField(_("verified"), default=False)
    source = models.CharField(_("source document"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("asset standard")
        verbose_name_plural = _("asset standards")
        ordering = ["item", "region", "-valid_from"]
        constraints = [
            models.UniqueConstraint(
                fields=["region", "item", "nature", "valid_from"],
                name="asset_standard_once",
                nulls_distinct=False,
                violation_error_message=_("There is such a standard from this year on already."),
            ),
            models.CheckConstraint(
                condition=(Q(per_person=None) | Q(per_person__gte=0)) & (Q(price=None) | Q(price__gte=0)),
                name="asset_standard_not_below_zero",
                violation_error_message=_("The amount must not be below zero."),
            ),
            models.CheckConstraint(
                condition=Q(valid_to__gte=F("valid_from")),
                name="asset_standard_years_in_order",
                violation_error_message=_("The last year lies before the first one."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item} {self.name}"
