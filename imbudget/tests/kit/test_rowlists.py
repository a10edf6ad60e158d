from imbudget.kit.rowlists import Column, Part, rows_sent, view_of

PART = Part(
    "lines", "lines", (Column("code", "code", "code"), Column("mark", "mark", "flag"), Column("amount", "amount"))
)


def test_empty_rows_removed_ones_and_a_mark_alone_are_no_rows():
    data = {
        "lines-0-code": " 1 ",
        "lines-1-mark": "1",
        "lines-2-amount": "0",
        "lines-3-code": "2",
        "lines-3-DELETE": "1",
        "lines-n7-amount": "5",
        "lines-<x>-code": "3",
        "other-0-code": "4",
    }
    assert rows_sent(data, PART) == [{"code": "1"}, {"amount": "5"}]


def test_an_error_stands_beside_its_cell_and_spare_rows_follow():
    view = view_of(PART, [{"code": "1"}, {"code": "x"}], {"lines.2.code": "unknown"}, {}, 2027, spare=1)
    assert [[cell.error for cell in row.cells] for row in view.rows] == [
        ["", "", ""],
        ["unknown", "", ""],
        ["", "", ""],
    ]
    assert [row.has_errors for row in view.rows] == [False, True, False]
    assert view.pattern.cells[0].name == "lines-__index__-code"
