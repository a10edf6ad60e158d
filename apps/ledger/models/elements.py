"""The 26 accounting elements (核算要素) that every line of authority carries."""

from typing import Any

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.codes.models import Code, ExpenditureKind, FiscalYear
from apps.projects.models import Project
from apps.regions.models import Region, Unit


class AuthorityType(models.TextChoices):
    """指标类型 BGT_TYPE_CODE; 21 and 11 are the national codes, the others are local."""

    CURRENT = "21", _("budget of the year")
    ADVANCE = "11", _("advance before approval")
    CARRIED_OVER = "31", _("carried over from last year")


class Source(models.TextChoices):
    """预算来源, by 预算指标核算管理办法(试行)."""

    INITIAL = "1", _("budget at the beginning of the year")
    ADJUSTMENT = "2", _("adjustment of the budget")
    REALLOCATION = "3", _("re-allocation of the budget")


class PaymentMethod(models.TextChoices):
    """支付方式 PAY_TYPE_CODE."""

    TREASURY = "1", _("central treasury payment")
    ALLOCATION = "2", _("allocation to an account")


class DirectFlag(models.TextChoices):
    """直达资金标识 IS_DIR_CODE."""

    DIRECT = "01", _("direct funds of the centre")
    OTHER = "09", _("not direct")


def element_key(model: type[models.Model], label: Any, null: bool = False, **kwargs: Any) -> models.ForeignKey:
    """A key to what an element names; nobody looks for authorities by most of them alone.

    Triggers hold these keys once a statement (migration 0011): whole budgets are written at once.
    """
    values = {"db_index": False, "db_constraint": False} | kwargs
    return models.ForeignKey(
        model, verbose_name=label, on_delete=models.PROTECT, related_name="+", null=null, blank=null, **values
    )


PROJECT_CODE = RegexValidator(r"^\d{6}\d{2}[0-9A-Z]{13}$")


class Elements(models.Model):
    """The 26 elements, in the order of 预算指标核算管理办法(试行) (财办〔2022〕36号); budget level and division follow from the
    region. In brackets the names of the national integrated system."""

    year = element_key(FiscalYear, _("fiscal year"), db_constraint=True)  # 1 FISCAL_YEAR
    region = element_key(Region, _("region"))  # 2 MOF_DIV_CODE; 18 BUDGET_LEVEL_CODE is its level
    document_number = models.CharField(_("document number"), max_length=60, blank=True, help_text="COR_BGT_DOC_NO")  # 3
    project_code = models.CharField(  # 4
        _("project code"), max_length=21, blank=True, validators=[PROJECT_CODE], help_text="PRO_CODE"
    )
    project = element_key(Project, _("project"), null=True)
    unit = element_key(Unit, _("budget unit"), null=True)  # 5 AGENCY_CODE; none while finance has not allocated it
    fund = element_key(Code, _("fund type"))  # 6 FUND_TYPE_CODE
    business_division = models.CharField(  # 7
        _("division in charge of the business"), max_length=60, blank=True, help_text="MANAGE_MOF_DEP_CODE"
    )
    managing_division = models.CharField(  # 8
        _("division that manages the authority"), max_length=60, blank=True, help_text="BGT_MOF_DEP_CODE"
    )
    income_code = models.CharField(  # 9
        _("revenue class"),
        max_length=21,
        blank=True,
        validators=[RegexValidator(r"^\d{3,21}$")],
        help_text="INCOME_SORT_CODE",
    )
    transfer_function = element_key(Code, _("function of the transfer"), null=True)  # 10 TP_FUNC_CODE
    function = element_key(Code, _("function"), null=True)  # 11 EXP_FUNC_CODE; none for money nobody has yet assigned
    government_economic = element_key(Code, _("government economic class"), null=True)  # 12 GOV_BGT_ECO_CODE
    department_economic = element_key(Code, _("department economic class"), null=True)  # 13 DEP_BGT_ECO_CODE
    authority_type = models.CharField(  # 14
        _("type of authority"), max_length=4, choices=AuthorityType, default=AuthorityType.CURRENT
    )
    source = models.CharField(_("source of the budget"), max_length=1, choices=Source, default=Source.INITIAL)  # 15
    is_advance = models.BooleanField(_("arranged in advance"), default=False)  # 16
    receiving_region = element_key(Region, _("receiving region"), null=True)  # 17 REC_DIV_CODE
    upper_document_number = models.CharField(  # 19
        _("document number of the upper level"), max_length=60, blank=True, help_text="SUP_BGT_DOC_NO"
    )
    tracking_code = models.CharField(_("tracking code"), max_length=21, blank=True, help_text="TRACK_PRO_CODE")
    is_procurement = models.BooleanField(_("government procurement"), default=False)  # 20
    payment_method = models.CharField(  # 21
        _("method of payment"), max_length=4, choices=PaymentMethod, default=PaymentMethod.TREASURY
    )
    is_payroll = models.BooleanField(_("paid with the salaries"), default=False)  # 22
    direct_flag = models.CharField(  # 23
        _("direct funds"), max_length=2, choices=DirectFlag, default=DirectFlag.OTHER
    )
    is_research = models.BooleanField(_("research"), default=False)  # 24
    is_debt = models.BooleanField(_("debt"), default=False)  # 25
    is_construction = models.BooleanField(_("capital construction"), default=False)  # 26
    kind = models.CharField(
        _("kind of expenditure"), max_length=7, choices=ExpenditureKind, default=ExpenditureKind.BASIC
    )

    class Meta:
        abstract = True

    @property
    def budget_level(self) -> int:
        """预算级次 (element 18): 2 for the autonomous region, 3 for a league or city, 4 for a banner or county."""
        return self.region.level + 2
