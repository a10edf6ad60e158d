"""Departments and the budget units that hang on a region."""

from typing import Any

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.regions.credit_code import validate_credit_code
from apps.regions.grants import DEPARTMENT_GRANTS, UNIT_GRANTS
from apps.regions.models.region import Region
from imbudget.kit.fields import EncryptedTextField
from imbudget.kit.querysets import ScopedQuerySet


class UnitNature(models.TextChoices):
    """What sort of body a unit is; it decides which government economic class its money takes."""

    ADMINISTRATIVE = "administrative", _("administrative body")
    CIVIL_SERVANT_REF = "civil_servant_ref", _("body managed like the civil service")
    INSTITUTION_FULL = "institution_full", _("institution with full funding")
    INSTITUTION_PARTIAL = "institution_partial", _("institution with partial funding")
    OTHER = "other", _("other unit")


class Department(models.Model):
    """A competent department (主管部门) of a region, or a division under one."""

    region = models.ForeignKey(Region, verbose_name=_("region"), on_delete=models.PROTECT, related_name="departments")
    parent = models.ForeignKey(
        "self",
        verbose_name=_("upper department"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
    )
    code = models.CharField(_("department code"), max_length=9, validators=[RegexValidator(r"^\d{3,9}$")])
    name = models.CharField(_("name"), max_length=200)

    class Meta:
        verbose_name = _("department")
        verbose_name_plural = _("departments")
        ordering = ["region", "code"]
        permissions = DEPARTMENT_GRANTS
        constraints = [models.UniqueConstraint(fields=["region", "code"], name="department_code_once")]

    def __str__(self) -> str:
        return self.name


class UnitQuerySet(ScopedQuerySet):
    """Budget units; a unit post sees its own one."""

    unit_field = "pk"

    def valid_on(self, day: Any) -> "UnitQuerySet":
        """The units that exist on this day."""
        return self.filter(Q(valid_from=None) | Q(valid_from__lte=day), Q(valid_to=None) | Q(valid_to__gte=day))

    def for_list(self) -> "UnitQuerySet":
        return self.select_related("region", "department")


class Unit(models.Model):
    """A budget unit (预算单位): the body that compiles a budget and spends it."""

    region = models.ForeignKey(Region, verbose_name=_("region"), on_delete=models.PROTECT, related_name="units")
    league = models.ForeignKey(Region, editable=False, null=True, on_delete=models.PROTECT, related_name="+")
    department = models.ForeignKey(
        Department, verbose_name=_("competent department"), on_delete=models.PROTECT, related_name="units"
    )
    code = models.CharField(
        _("unit code"),
        max_length=21,
        validators=[RegexValidator(r"^\d{6,21}$")],
        help_text=_("AGENCY_CODE, unique in its region"),
    )
    credit_code = models.CharField(
        _("unified social credit code"),
        max_length=18,
        unique=True,
        validators=[validate_credit_code],
        help_text=_("18 characters, GB 32100"),
    )
    name = models.CharField(_("name"), max_length=200)
    nature = models.CharField(_("nature of unit"), max_length=20, choices=UnitNature)
    phone = EncryptedTextField(_("telephone"), blank=True)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    search_key = models.CharField(max_length=500, editable=False, blank=True)

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = _("budget unit")
        verbose_name_plural = _("budget units")
        ordering = ["region", "code"]
        permissions = UNIT_GRANTS
        constraints = [models.UniqueConstraint(fields=["region", "code"], name="unit_code_once_in_region")]
        indexes = [models.Index(fields=["league", "code"]), models.Index(fields=["region", "code"])]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("regions:unit", args=[self.pk])


class UnitCodeChange(models.Model):
    """An old code of a unit; comparison over years goes through this table."""

    unit = models.ForeignKey(Unit, verbose_name=_("budget unit"), on_delete=models.PROTECT, related_name="old_codes")
    old_code = models.CharField(_("old code"), max_length=21)
    old_name = models.CharField(_("old name"), max_length=200, blank=True)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    document = models.CharField(_("source document"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("old unit code")
        verbose_name_plural = _("old unit codes")
        constraints = [models.UniqueConstraint(fields=["unit", "old_code"], name="unit_old_code_once")]

    def __str__(self) -> str:
        return f"{self.old_code} → {self.unit_id}"
