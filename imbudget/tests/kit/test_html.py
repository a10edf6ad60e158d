"""Pages that are built alike are known by their bones, and no others."""

import pytest

from imbudget.kit.testing.html import bones

PAGE = """<body hx-headers='{"X-CSRFToken": "Abc"}'><main><h1>单位 7</h1><form action="/units/7/"><input type="hidden" name="csrf" value="abc">
<label for="id_reason">原因</label><textarea id="id_reason" name="reason"></textarea>
<ul><li><a href="/a/" class="btn">甲</a></li></ul><img src="/a.svg" alt="图"></form></main></body>"""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("单位 7", "单位 8"),
        ("/units/7/", "/units/8/"),
        ('value="abc"', 'value="xyz"'),
        ('"X-CSRFToken": "Abc"', '"X-CSRFToken": "Xyz"'),
        ("</li></ul>", '</li><li><a href="/b/" class="btn">乙</a></li></ul>'),
        ('class="btn"', 'class="btn" aria-current="page"'),
    ],
)
def test_other_rows_and_words_are_built_alike(old, new):
    assert old in PAGE
    assert bones(PAGE.replace(old, new)) == bones(PAGE)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('<label for="id_reason">原因</label>', ""),
        ('for="id_reason"', 'for="id_other"'),
        (">原因<", "><"),
        ('href="/a/"', 'href=""'),
        (' href="/a/"', ""),
        ('class="btn"', 'class="btn bad"'),
        ('class="btn"', 'class="btn" role="tab"'),
        ('alt="图"', 'alt=""'),
        (' alt="图"', ""),
        ("<h1>", "<h3>"),
        ('type="hidden"', 'type="text"'),
        ('<img src="/a.svg"', '<img id="id_reason" src="/a.svg"'),
        ("<ul><li>", "<ul><p>"),
        ("<main>", "<main hidden>"),
    ],
)
def test_what_may_be_a_fault_of_its_own_is_built_otherwise(old, new):
    assert old in PAGE
    assert bones(PAGE.replace(old, new)) != bones(PAGE)


def test_a_name_given_twice_is_told():
    assert bones('<p id="row-1"></p><p id="row-2"></p>') != bones('<p id="row-1"></p><p id="row-1"></p>')
