"""The workbook in which experts are brought in."""

from django.utils.translation import gettext as _

from apps.review.importing.rows import KIN_WORDS, TIE_WORDS
from apps.review.importing.table import HEADS, REQUIRED
from apps.review.models import ExpertField
from imbudget.kit.emptybook import EmptyColumn, empty_book

SHEET = "专家"
WIDTHS = {"id_number": 24, "employer": 30, "fields": 30, "introduction": 40, "employments": 44, "kin": 36, "email": 26}
CHOICES = {
    "title_rank": ("正高级", "副高级", "中级", "其他"),
    "languages": ("汉语", "蒙古语", "汉语、蒙古语"),
    "level": ("自治区", "盟市", "旗县"),
}


def write_template() -> bytes:
    """The workbook as the bytes of an XLSX file."""
    columns = [
        EmptyColumn(text, WIDTHS.get(name, 16), False, name in REQUIRED, CHOICES.get(name, ()))
        for name, text in HEADS.items()
    ]
    return empty_book(SHEET, columns, _instructions(), "B2")


def _instructions() -> list[str]:
    names = ExpertField.objects.filter(is_active=True).values_list("name_zh_hans", flat=True)
    fields = "、".join(names)
    return [
        _("Write one expert in each row of the sheet %(sheet)s; leave its first row as it is.") % {"sheet": SHEET},
        _("These columns must be filled in: %(columns)s.") % {"columns": "、".join(HEADS[name] for name in REQUIRED)},
        _("The fields of expertise, several of them divided by 、: %(fields)s") % {"fields": fields},
        str(TIE_WORDS),
        str(KIN_WORDS),
        _("An expert whose identity number is in the pool already is left as it is; nothing is overwritten."),
    ]
