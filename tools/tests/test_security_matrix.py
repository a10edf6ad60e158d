"""The security matrix: each item is shown by a test or says why not, and the page is what the marks say."""

from dataclasses import replace

from tools.security_matrix import PAGE, Item, Shown, page, problems, read_items, read_marks


def test_the_page_is_what_the_marks_of_the_tests_say():
    assert problems(read_items(), read_marks(), PAGE.read_text("utf-8")) == []


def test_an_item_that_loses_its_last_test_is_named():
    items = {"part": [Item("A1", "name", "asks")]}
    assert problems(items, {}, "") == ["A1: no test shows it any more"]
    reason = {"part": [replace(items["part"][0], untested="not yet")]}
    assert problems(reason, {}, page(reason, {})) == []


def test_a_mark_without_its_item_and_a_setting_that_is_gone_are_named():
    items = {"part": [Item("A1", "name", "asks", settings=("NO_SUCH",))]}
    marks = {"A1": {"test_a.py": Shown(whole=True)}, "Z9": {"test_a.py": Shown(whole=True)}}
    assert problems(items, marks, page(items, marks)) == [
        "Z9 is no item, but test_a.py says that it shows it",
        "A1: there is no setting NO_SUCH",
    ]


def test_another_page_is_stale():
    items = {"part": [Item("A1", "name", "asks")]}
    marks = {"A1": {"test_a.py": Shown(names=["test_one"])}}
    written = page(items, marks)
    assert problems(items, marks, written) == []
    marks["A1"]["test_a.py"].names.append("test_two")
    assert problems(items, marks, written) == [
        "docs/security-matrix.md is not up to date: python -m tools.security_matrix"
    ]


def test_marks_are_read_from_a_test_and_from_a_whole_file(tmp_path):
    folder = tmp_path / "apps"
    folder.mkdir()
    (folder / "test_x.py").write_text(
        'pytestmark = [pytest.mark.django_db, pytest.mark.covers("C1")]\n\n\n'
        '@pytest.mark.covers("A1", "E2")\ndef test_one(): ...\n\n\ndef test_two(): ...\n'
    )
    marks = read_marks(("apps",), tmp_path)
    assert marks["C1"]["apps/test_x.py"].whole
    assert marks["A1"]["apps/test_x.py"].names == marks["E2"]["apps/test_x.py"].names == ["test_one"]
