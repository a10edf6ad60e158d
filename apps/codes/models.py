"""Fiscal years, classification trees per year, and the derivation between the two economic trees."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.regions.models import UnitNature


class YearState(models.TextChoices):
    """Where a fiscal year stands."""

    PREPARING = "preparing", _("being prepared")
    OPEN = "open", _("in execution")
    CLOSED = "closed", _("closed")


class FiscalYear(models.Model):
    """A budget year; a closed one is read-only."""

    year = models.PositiveSmallIntegerField(_("fiscal year"), primary_key=True)
    state = models.CharField(_("state of the year"), max_length=10, choices=YearState, default=YearState.PREPARING)
    compiling = models.BooleanField(_("being compiled now"), default=False)

    class Meta:
        verbose_name = _("fiscal year")
        verbose_name_plural = _("fiscal years")
        ordering = ["-year"]
        constraints = [
            models.UniqueConstraint(fields=["compiling"], condition=Q(compiling=True), name="one_year_is_compiled")
        ]

    def __str__(self) -> str:
        return str(self.year)


class Catalog(models.TextChoices):
    """The classification trees (要素) of the product."""

    FUNCTION = "function", _("expenditure by function")
    DEPARTMENT_ECONOMIC = "economic_dept", _("department economic class")
    GOVERNMENT_ECONOMIC = "economic_gov", _("government economic class")
    FUND = "fund_type", _("fund type")


class Code(models.Model):
    """One code of one classification tree in one year; a document shows the name valid in its year."""

    catalog = models.CharField(_("classification"), max_length=20, choices=Catalog)
    year = models.ForeignKey(FiscalYear, verbose_name=_("fiscal year"), on_delete=models.PROTECT, related_name="codes")
    code = models.CharField(_("code"), max_length=21, validators=[RegexValidator(r"^[0-9A-Z]{1,21}$")])
    name = models.CharField(_("name"), max_length=360)
    parent = models.ForeignKey(
        "self", verbose_name=_("upper code"), null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    is_leaf = models.BooleanField(_("leaf"), default=True, help_text=_("Only leaves may carry amounts."))
    is_standard = models.BooleanField(_("national standard"), default=True)
    is_verified = models.BooleanField(
        _("verified"), default=False, help_text=_("Checked against the official table of the year.")
    )
    source = models.CharField(_("source document"), max_length=300, blank=True)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    search_key = models.CharField(max_length=500, editable=False, blank=True)

    class Meta:
        verbose_name = _("classification code")
        verbose_name_plural = _("classification codes")
        ordering = ["catalog", "-year", "code"]
        constraints = [models.UniqueConstraint(fields=["catalog", "year", "code"], name="code_once_in_a_year")]

    def __str__(self) -> str:
        return f"{self.code}-{self.name}"


class EconomicDerivation(models.Model):
    """部门经济分类 and the nature of the unit lead to one 政府经济分类, so that nobody chooses it by hand."""

    year = models.ForeignKey(FiscalYear, verbose_name=_("fiscal year"), on_delete=models.PROTECT, related_name="+")
    department_economic = models.ForeignKey(
        Code, verbose_name=_("department economic class"), on_delete=models.PROTECT, related_name="+"
    )
    nature = models.CharField(_("nature of unit"), max_length=20, choices=UnitNature)
    government_economic = models.ForeignKey(
        Code, verbose_name=_("government economic class"), on_delete=models.PROTECT, related_name="+"
    )
    is_verified = models.BooleanField(_("verified"), default=False)
    source = models.CharField(_("source document"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("derivation of the economic class")
        verbose_name_plural = _("derivations of the economic class")
        constraints = [models.UniqueConstraint(fields=["department_economic", "nature"], name="one_derivation_each")]

    def __str__(self) -> str:
        return f"{self.department_economic_id} + {self.nature} → {self.government_economic_id}"
