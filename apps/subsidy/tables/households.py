"""Lists of households; numbers are masked, on the page and in files."""

from django.utils.translation import gettext_lazy as _

from apps.ledger.tables.authorities import CappedTable
from apps.subsidy.models import masked_id
from imbudget.kit.fields import mask_account
from imbudget.kit.tables import Column


class HouseholdTable(CappedTable):
    columns = (
        Column("code", _("household code"), kind="code", link=True),
        Column("head_name", _("head of the household"), personal=True),
        Column("id_number", _("identity number"), reads=("id_number",), of=masked_id, kind="code", personal=True),
        Column("card", _("card"), reads=("card",), of=mask_account, kind="code", personal=True),
        Column("bank", _("bank")),
        Column("place", _("place"), path="place.name"),
        Column("people", _("people"), kind="count"),
        Column("state", _("state"), kind="state"),
        Column("region", _("region"), path="region.name", optional=True),
        Column("livestock", _("head of livestock"), kind="count", optional=True),
        Column("is_low_income", _("minimum living allowance"), optional=True),
        Column("is_lifted", _("lifted out of poverty"), optional=True),
        Column("is_destitute", _("destitute"), optional=True),
    )
    default_sort = "-pk"
    search = ("code", "head_name")
