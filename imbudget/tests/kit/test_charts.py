"""Charts: what they draw stands in the table as well, and none is drawn without unit and date."""

import datetime
import re
from decimal import Decimal

import pytest
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from imbudget.kit.charts import (
    MOST,
    ChartError,
    Direction,
    Head,
    Kind,
    Point,
    Series,
    Shape,
    Tile,
    bar_chart,
    line_chart,
    money_head,
    sankey,
    shape_map,
    stack_chart,
    tile_map,
)
from imbudget.kit.charts.classes import class_of, classes_of
from imbudget.kit.charts.scales import SIDE, scale_of
from imbudget.kit.charts.words import figure_of, lines_of, short

D = Decimal
DAY = datetime.date(2026, 11, 28)
HEAD = Head("拨付", "元", DAY)
MONTHS = ["1", "2", "3", "4"]


def drawn(chart, table="folded"):
    return Template("{% chart one table %}").render(Context({"one": chart, "table": table}))


@pytest.mark.parametrize(("title", "unit", "as_of"), [("", "元", DAY), ("拨付", " ", DAY), ("拨付", "元", None)])
def test_a_chart_without_title_unit_or_date_is_an_error(title, unit, as_of):
    with pytest.raises(ChartError):
        Head(title, unit, as_of)


def test_what_has_no_head_is_not_drawn():
    with pytest.raises(ChartError):
        drawn(object())


def test_a_head_of_amounts_says_the_unit_that_the_reader_chose():
    assert money_head("拨付", DAY).say(D(12345)) == "12,345.00"
    head = money_head("拨付", DAY, "wan")
    assert (head.say(D(12345)), str(head.unit)) == ("1.23", "ten thousand yuan")


@pytest.mark.parametrize(("value", "said"), [("0", "0.0%"), ("0.123", "0.12%"), ("-0.5", "-0.50%"), ("12.34", "12.3%")])
def test_small_percentages_keep_two_decimals(value, said):
    assert Head("执行率", "%", DAY, Kind.PERCENT).say(D(value)) == said


def test_marks_have_as_many_decimals_as_their_steps():
    small = line_chart(Head("率", "%", DAY, Kind.PERCENT), ["1"], [Series.of("甲", [D("0.12")])])
    assert small.ticks == ["0.125%", "0.100%", "0.075%", "0.050%", "0.025%", "0.000%"]
    wan = line_chart(money_head("拨付", DAY, "wan"), ["1"], [Series.of("甲", [D(400_000)])])
    assert (wan.ticks, wan.tick_unit) == (["40", "30", "20", "10", "0"], "ten thousand yuan")
    much = line_chart(HEAD, ["1"], [Series.of("甲", [D(1_530_978_739_100)])])
    assert (much.ticks[0], much.tick_unit) == ("20,000", "hundred million yuan")


@given(st.lists(st.decimals(-(10**15), 10**15, places=2), max_size=20))
def test_a_scale_holds_its_values_and_zero_in_few_equal_steps(values):
    scale = scale_of(values)
    assert scale.low <= min([D(0), *values])
    assert scale.high >= max([D(0), *values])
    assert 2 <= len(scale.ticks) <= 8
    assert (scale.ticks[0], scale.ticks[-1]) == (scale.high, scale.low)
    assert all(0 <= scale.place(value) <= SIDE for value in values)


def test_a_missing_month_is_a_gap_and_never_a_zero():
    chart = line_chart(HEAD, MONTHS, [Series.of("甲", [D(10), None, D(0), D(20)])])
    assert chart.lines[0].path == "M125 500M625 1000L875 0"
    assert len(chart.lines[0].marks) == 3
    assert [row.cells[0].text for row in chart.table.rows] == ["10.00", "–", "0.00", "20.00"]
    assert chart.note
    assert not line_chart(HEAD, MONTHS, [Series.of("甲", [None, D(10), D(20), None])]).note


def test_one_point_is_a_dot_and_no_point_draws_nothing():
    assert line_chart(HEAD, ["1"], [Series.of("甲", [D(5)])])
    nothing = line_chart(HEAD, MONTHS, [Series.of("甲", [None] * 4)])
    assert not nothing
    assert "<svg" not in drawn(nothing)


def test_zeros_and_negative_figures_stand_on_the_scale():
    zeros = line_chart(HEAD, MONTHS, [Series.of("甲", [D(0)] * 4)])
    assert {mark.y for mark in zeros.lines[0].marks} == {SIDE}
    below = line_chart(HEAD, ["1", "2"], [Series.of("甲", [D(-10), D(10)])])
    assert [mark.y for mark in below.lines[0].marks] == [SIDE, 0]
    assert below.scale.zero == SIDE // 2


@pytest.mark.parametrize("make", [line_chart, stack_chart])
def test_series_that_do_not_fit_or_are_too_many_are_errors(make):
    with pytest.raises(ChartError):
        make(HEAD, MONTHS, [Series.of("甲", [D(1)])])
    with pytest.raises(ChartError):
        make(HEAD, ["1"], [Series.of(str(number), [D(1)]) for number in range(7)])


def test_of_many_labels_some_are_written_and_all_keep_their_places():
    chart = line_chart(HEAD, [str(n) for n in range(30)], [Series.of("甲", [D(n) for n in range(30)])])
    assert len(chart.labels) == 30
    assert [label for label in chart.labels if label] == [str(n) for n in range(0, 30, 3)]


def test_parts_are_piled_up_above_zero_and_hang_below_it():
    series = [Series.of("甲", [D(30), None]), Series.of("乙", [D(20), D(5)]), Series.of("丙", [D(-50), None])]
    chart = stack_chart(HEAD, ["1", "2"], series)
    first = [part for part in chart.parts if part.x < SIDE // 2]
    edges = [(part.y, part.y + part.height) for part in first]
    zero = chart.scale.zero
    assert (edges[0][1], edges[1][1], edges[2][0]) == (zero, edges[0][0], zero)
    assert edges[1][0] == chart.scale.place(D(50))
    assert edges[2][1] == chart.scale.place(D(-50))
    assert [row.cells[-1].text for row in chart.table.rows] == ["0.00", "5.00"]


def test_the_sum_of_a_bar_without_figures_is_missing():
    chart = stack_chart(HEAD, ["1"], [Series.of("甲", [None]), Series.of("乙", [None])])
    assert chart.table.rows[0].cells[-1].text == "–"


@given(st.lists(st.decimals(-1000, 1000, places=1), max_size=40))
def test_every_figure_is_in_one_class_and_equal_ones_in_the_same(values):
    classes = classes_of(values)
    different = len(set(values))
    assert min(2, different) <= len(classes) <= min(5, different)
    assert sum(one.count for one in classes) == len(values)
    assert all(sum(one.holds(value) for one in classes) == 1 for value in values)
    numbers = [class_of(value, classes) for value in sorted(values)]
    assert numbers == sorted(numbers)


def test_tiles_say_their_figures_and_lead_on():
    tiles = [Tile("呼伦贝尔市", 1, 0, D(250_000_000), "/a/", "/rows/"), Tile("阿拉善盟", 0, 1, None)]
    chart = tile_map(HEAD, tiles, Direction.BAD)
    assert [tile.figure for tile in chart.tiles] == ["2.50", "–"]
    assert [tile.colour for tile in chart.tiles] == [3, 0]
    assert chart.figure_unit == "hundred million yuan"
    page = drawn(chart, "open")
    assert 'href="/rows/"' in page
    assert 'aria-label="呼伦贝尔市: 250,000,000.00 元"' in page
    assert '<details class="twin" open>' in page


def test_a_short_name_stands_in_large_words_where_the_map_is_wide():
    def wide(name: str, columns: int) -> str:
        return drawn(tile_map(HEAD, [Tile(name, columns - 1, 0, D(1))]))

    assert '<text aria-hidden="true" class="name large" x="50" y="53">尔市</text>' in wide("呼伦贝尔市", 7)
    for page in (wide("莫力达瓦达斡尔族自治旗", 7), wide("呼伦贝尔市", 3), wide("ᠬᠥᠯᠥᠨ ᠪᠤᠶᠢᠷ ᠬᠣᠲᠠ", 7)):
        assert "large" not in page


def test_two_tiles_at_one_place_are_an_error():
    with pytest.raises(ChartError):
        tile_map(HEAD, [Tile("甲", 0, 0, D(1)), Tile("乙", 0, 0, D(2))])


@pytest.mark.parametrize(
    ("values", "shown"),
    [([D("12.34")], "12.34"), ([D(12_345)], "1.23"), ([D(-987_654_321_000)], "-9,877"), ([D(0)], "0.00")],
)
def test_amounts_on_a_map_are_short(values, shown):
    assert figure_of(HEAD, values[0], short(HEAD, values)[1]) == shown


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("", []),
        ("呼伦贝尔市", ["呼伦贝尔市"]),
        ("鄂伦春自治旗", ["鄂伦春", "自治旗"]),
        ("莫力达瓦达斡尔族自治旗", ["莫力达瓦", "达斡尔族", "自治旗"]),
        ("ᠬᠥᠯᠥᠨ ᠪᠤᠶᠢᠷ ᠬᠣᠲᠠ", ["ᠬᠥᠯᠥᠨ ᠪᠤᠶᠢᠷ", "ᠬᠣᠲᠠ"]),
    ],
)
def test_names_are_cut_into_lines_that_a_tile_holds(name, lines):
    assert lines_of(name) == lines


def test_outlines_carry_the_number_of_their_map():
    shapes = [Shape("甲", "M0 0L1 1Z", 5, 5, D(1), "/a/")]
    chart = shape_map(HEAD, shapes, (100, 50), "审图号：蒙S(2026)001号", Direction.GOOD)
    assert "审图号：蒙S(2026)001号" in drawn(chart)


def test_bars_share_one_scale_and_the_rest_is_one_bar():
    names = ("amount", "before")
    rows = [("a", D(100), D(50), "/a/"), ("b", D("0.01"), D(0))]
    chart = bar_chart(HEAD, rows, names, "rest")
    assert [(bar.reach, bar.other_reach) for bar in chart.bars] == [(1000, 500), (2, 0)]
    assert [[cell.text for cell in row.cells] for row in chart.table.rows] == [["100.00", "50.00"], ["0.01", "0.00"]]
    many = bar_chart(HEAD, [(str(n), D(n), D(1)) for n in range(1, 41)], names, "rest")
    assert len(many.bars) == MOST
    assert (many.bars[-1].label, many.bars[-1].amount) == ("rest", D(sum(range(1, 26))))
    assert sum(bar.amount for bar in many.bars) == D(820)
    assert not bar_chart(HEAD, [], names, "rest")


def test_a_picture_of_flows_keeps_its_amounts_and_its_frame():
    columns = [[("a", "甲")], [("b", "乙"), ("none", "无")], [("c", "丙"), ("d", "丁")]]
    flows = [("a", "b", D(60), "/rows/"), ("b", "c", D(50)), ("b", "d", D(10)), ("a", "d", D(0))]
    picture = sankey(HEAD, columns, flows)
    assert [(node.key, node.amount) for node in picture.nodes] == [("a", 60), ("b", 60), ("c", 50), ("d", 10)]
    assert all(node.across >= 0 and node.across + node.breadth <= picture.breadth for node in picture.nodes)
    assert [(link.source.key, link.target.key) for link in picture.links] == [("a", "b"), ("b", "c"), ("b", "d")]
    assert all(link.lying.startswith("M") and link.standing != link.lying for link in picture.links)
    assert not sankey(HEAD, columns, [])
    assert 'href="/rows/"' in drawn(picture)


PERCENT = Head("执行率", "%", DAY, Kind.PERCENT)
EXAMPLES = [
    line_chart(PERCENT, MONTHS, [Series("甲", [Point(D(n), f"/{n}/") for n in range(4)])]),
    stack_chart(HEAD, MONTHS, [Series.of("<甲>", [D(n) for n in range(4)])]),
    tile_map(HEAD, [Tile("<甲>", 0, 0, D(1), "/?a=1&b=2")]),
    bar_chart(HEAD, [("<甲>", D(1), D(0)), ("乙", D(2), D(0))], ("数", "比"), "其他"),
    sankey(HEAD, [[("a", "<甲>")], [("b", "乙")]], [("a", "b", D(1))]),
]


@pytest.mark.parametrize("chart", EXAMPLES, ids=lambda chart: type(chart).__name__)
def test_what_is_drawn_keeps_the_policy_and_says_unit_and_date(chart):
    page = drawn(chart)
    assert not re.search(r"style=|<style|<script|\son[a-z]+=|<甲>", page)
    assert "2026" in page
    assert str(chart.head.unit) in page
    assert all(row.cells[-1].text in page for row in chart.table.rows)
    # What is focusable may not lie inside something that is read out as one image.
    drawing = page[: page.index("<details")]
    assert not ("<svg" in drawing and 'role="img"' in drawing and "<a " in drawing)
