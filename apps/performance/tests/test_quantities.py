"""What people write where a quantity is asked for."""

import pytest
from django.core.exceptions import ValidationError

from apps.performance.forms.values import NumberField


@pytest.mark.covers("D1")
@pytest.mark.parametrize("written", ["1e999999", "1e-999999", "9" * 40, "-1e30", "NaN", "sNaN", "Infinity", "1.00001"])
def test_what_is_no_quantity_is_told_so(written: str):
    with pytest.raises(ValidationError):
        NumberField().clean(written)
