"""Reading the classification of a year."""

from django.utils import timezone

from apps.codes.models import Catalog, Code, EconomicDerivation, FiscalYear


def year_being_compiled() -> int:
    """The year whose budget is compiled now; the newest year when none is marked, this one when there is none."""
    marked = FiscalYear.objects.filter(compiling=True).values_list("year", flat=True).first()
    newest = FiscalYear.objects.order_by("-year").values_list("year", flat=True).first()
    return marked or newest or timezone.localdate().year


def derive_government_economic(year: int, nature: str) -> dict[int, int]:
    """Department class id → government class id for units of this nature."""
    rows = EconomicDerivation.objects.filter(year_id=year, nature=nature)
    return dict(rows.values_list("department_economic_id", "government_economic_id"))


def codes_by_text(year: int, catalog: Catalog | str) -> dict[str, Code]:
    """All codes of one tree in one year by their text, names in the language in force."""
    return {code.code: code for code in Code.objects.filter(year_id=year, catalog=catalog).select_related(None)}


def names_of(year: int, catalog: Catalog | str) -> dict[str, str]:
    """Code → name, for headings of groups."""
    return {code: row.name for code, row in codes_by_text(year, catalog).items()}
