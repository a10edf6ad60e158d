"""The classification of a year and its copy into another one."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from apps.codes import services
from apps.codes.models import Catalog, Code, EconomicDerivation, FiscalYear
from apps.codes.selectors import derive_government_economic, year_being_compiled
from apps.codes.tests.factories import ACTOR, code_of, make_codes

pytestmark = pytest.mark.django_db


def test_a_years_classification_is_copied_with_its_tree_and_derivations():
    make_codes(2027)
    services.put_year(ACTOR, 2028, {"state": "preparing"})
    assert services.copy_classification(ACTOR, 2027, 2028) == Code.objects.filter(year=2027).count()
    assert services.copy_classification(ACTOR, 2027, 2028) == 0
    assert code_of(Catalog.FUNCTION, "2010101", 2028).parent == code_of(Catalog.FUNCTION, "20101", 2028)
    assert EconomicDerivation.objects.filter(year=2028).count() == EconomicDerivation.objects.filter(year=2027).count()
    derived = derive_government_economic(2028, "administrative")
    wages = code_of(Catalog.DEPARTMENT_ECONOMIC, "30101", 2028)
    assert derived[wages.pk] == code_of(Catalog.GOVERNMENT_ECONOMIC, "50101", 2028).pk


def test_a_copy_never_overwrites_what_the_year_has_already():
    make_codes(2027)
    services.put_year(ACTOR, 2028, {"state": "preparing"})
    services.put_code(ACTOR, Catalog.FUNCTION, 2028, "201", {"name_zh_hans": "新名称"})
    services.copy_classification(ACTOR, 2027, 2028)
    assert code_of(Catalog.FUNCTION, "201", 2028).name_zh_hans == "新名称"


def test_one_year_is_compiled_at_a_time():
    make_codes(2027)
    services.put_year(ACTOR, 2028, {"state": "preparing"})
    assert year_being_compiled() == 2027
    with pytest.raises(IntegrityError, match="one_year_is_compiled"), transaction.atomic():
        FiscalYear.objects.filter(pk=2028).update(compiling=True)


@pytest.mark.parametrize("code", ["", "12-3", "abc", "1" * 22])
def test_a_code_has_digits_and_capitals_only(code):
    make_codes(2027)
    with pytest.raises(ValidationError):
        services.put_code(ACTOR, Catalog.FUNCTION, 2027, code, {"name_zh_hans": "名称"})


def test_a_code_keeps_its_history():
    make_codes(2027)
    services.put_code(ACTOR, Catalog.FUNCTION, 2027, "201", {"name_zh_hans": "新名称"})
    kinds = Code.history.filter(code="201", catalog=Catalog.FUNCTION).order_by("history_id")
    assert [row.name_zh_hans for row in kinds][-1] == "新名称"
