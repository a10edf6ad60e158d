"""What a region's finance office has decided about its budget; changed by people, not by a release."""

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.regions.models import Region


class RegionSetting(models.Model):
    """The settings of one region; a region without a row has the defaults."""

    region = models.OneToOneField(
        Region, verbose_name=_("region"), on_delete=models.PROTECT, related_name="budget_setting"
    )
    function_level_lines = models.BooleanField(
        _("lines without an economic class are allowed"),
        default=False,
        help_text=_("For published tables and old years that state amounts by function only."),
    )
    default_fund = models.CharField(
        _("fund type where a table states none"),
        max_length=21,
        blank=True,
        validators=[RegexValidator(r"^[0-9A-Z]{1,21}$")],
        help_text=_("A code of the last level. Empty: a table without fund types is refused."),
    )
    projects_from_store = models.BooleanField(
        _("projects come from the store"),
        default=False,
        help_text=_("Every line of project expenditure then names a stored project of its unit."),
    )
    source = models.CharField(_("source document"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("budget settings of a region")
        verbose_name_plural = _("budget settings of regions")

    def __str__(self) -> str:
        return str(self.region)
