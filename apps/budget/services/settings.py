"""Acts on the budget settings of regions."""

from django.utils.translation import gettext as _

from apps.budget import policies
from apps.budget.models import RegionSetting
from apps.codes.models import Catalog
from apps.codes.selectors import codes_by_text, year_being_compiled
from apps.evidence import services as evidence
from imbudget.kit.actor import Actor
from imbudget.kit.acts import act
from imbudget.kit.changes import differences
from imbudget.kit.errors import RuleViolation, require


@act
def save_setting(actor: Actor, setting: RegionSetting) -> None:
    """Keep a region's settings; the fund type is a code of the last level in the year being compiled, or none."""
    require(policies.may_keep_settings(actor))
    year = year_being_compiled()
    if setting.default_fund:
        fund = codes_by_text(year, Catalog.FUND).get(setting.default_fund)
        if fund is None or not fund.is_leaf:
            raise RuleViolation(
                _("%(code)s is not a fund type of the last level in %(year)s.")
                % {"code": setting.default_fund, "year": year}
            )
    changes = differences(setting)
    setting.full_clean()
    setting.save()
    evidence.append("budget.setting_saved", setting, actor, changes=changes)
