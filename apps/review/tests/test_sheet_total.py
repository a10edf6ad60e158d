"""What a sheet comes to, with the arithmetic written out."""

import json
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from hypothesis import given
from hypothesis import strategies as st

from apps.lowcode.schema.parse import parse_form
from apps.lowcode.tests.forms import field, form
from apps.review.scoring.sheets import total_of, unfit_fields

SHEET = form(
    field("a", "score", max="5", weight="20"),
    field("b", "score", max="10", weight="30"),
    field("c", "score", max="20", weight="50"),
    field("t"),
)


@pytest.mark.parametrize(
    ("values", "total"),
    [
        ({"a": "5", "b": "10", "c": "20"}, "100.00"),
        ({"a": "0", "b": "0", "c": "0"}, "0.00"),
        # 4/5×20 + 7.5/10×30 + 13/20×50 = 16 + 22.5 + 32.5 = 71
        ({"a": "4", "b": "7.5", "c": "13"}, "71.00"),
        # 1/5×20 + 1/10×30 + 1/20×50 = 4 + 3 + 2.5 = 9.5
        ({"a": "1", "b": "1", "c": "1"}, "9.50"),
        # c is not scored: (4/5×20 + 6/10×30) / (20 + 30) = 34 / 50 = 68
        ({"a": "4", "b": "6"}, "68.00"),
    ],
)
def test_a_sheet_comes_to_its_weighted_share(values, total):
    assert str(total_of(SHEET, values)) == total


def test_without_a_weight_the_full_mark_counts():
    sheet = form(field("a", "score", max="5"), field("b", "score", max="15"))
    assert total_of(sheet, {"a": "5", "b": "0"}) == Decimal("25.00")  # 5 of 20


def test_half_a_cent_goes_up():
    sheet = form(field("a", "score", max="7"), field("b", "score", max="9"))
    assert total_of(sheet, {"a": "3", "b": "5"}) == Decimal("50.00")  # 8 of 16
    thirds = form(field("a", "score", max="3"))
    assert total_of(thirds, {"a": "2"}) == Decimal("66.67")


def test_nothing_scored_comes_to_nothing():
    assert total_of(SHEET, {"t": "x"}) is None
    assert total_of(form(field("t")), {}) is None


@pytest.mark.parametrize(
    "unfit",
    [
        field("x", "file"),
        field("x", "region"),
        field("x", "unit"),
        field("x", "person"),
        field("x", "text", data_class="sensitive"),
        field("x", "table", columns=[field("y", "phone")]),
    ],
)
def test_a_score_sheet_asks_for_nothing_that_an_expert_cannot_answer(unfit):
    assert unfit_fields(SHEET) == []
    sheet = form(field("a", "score", max="5"), field("t", "table", columns=[field("n", "amount")]), unfit)
    assert [one.key for one in unfit_fields(sheet)] == ["x"]


@given(st.lists(st.tuples(st.integers(1, 1000), st.integers(1, 1000), st.integers(0, 100)), min_size=1, max_size=12))
def test_any_sheet_lies_between_0_and_100(rows):
    sheet = form(*[field(f"f{n}", "score", max=str(most), weight=str(w)) for n, (most, w, _) in enumerate(rows)])
    values = {f"f{n}": f"{Decimal(most) * share / 100:.2f}" for n, (most, _w, share) in enumerate(rows)}
    assert 0 <= total_of(sheet, values) <= 100


@pytest.mark.parametrize("name", ["evaluation", "budget", "competition"])
def test_the_sheets_that_ship_weigh_a_hundred(name):
    data = json.loads((Path(settings.BASE_DIR) / "fixtures" / "forms" / f"review_{name}.json").read_text())
    sheet = parse_form({key: data[key] for key in ("format", "fields")})
    scores = [one for one in sheet if one.type == "score"]
    assert sum(one.weight or one.most for one in scores) == 100
    assert total_of(sheet, {one.key: str(one.most) for one in scores}) == 100
    assert all(one.required and one.locked and one.low for one in scores)
    assert all(one.label.zh and one.label.mn for one in sheet)
    if name == "evaluation":
        assert [one.type for one in sheet].count("heading") == 5
        assert len(scores) == 20
