"""What stands between the lines of a table and is none of them: totals, parts of lines, heads again, words below."""

import re

from apps.budget.workbook.heads import plain

TOTAL = re.compile(r".{0,40}?(本页合计|本页小计|小计|合计|总计|累计)(?:数|金额)?(?:\(.{0,20}\))?:?")
PART = re.compile(r"(?:其中|内含|包括):?.{0,40}")
FOOT = re.compile(
    r"(?:注|备注|说明|附注|填表说明|编制说明|填[表报]|制表|编制|审核|复核|经办|单位负责人|部门负责人|财务负责人|负责人|联系电话|联系人"
    r"|打印|签[字章]|盖章)(?:人|单位|日期|时间|意见)?(?:\d*[:.、)].*|(?:\(.*\))|$)"
)
ORDER = re.compile(r"栏次|行次|序号|\(?\d{1,2}\)?|\(?[a-z]\)?|[甲乙丙丁戊]|[\d=+]{1,12}|\*+|-+")
LONGEST = 60
CLASS_LENGTHS = (3, 5)

TOTAL_LINE, GROUP_LINE, PART_LINE, FOOT_LINE, HEAD_LINE, ORDER_LINE, TEXT_LINE = (
    "total",
    "group",
    "part",
    "foot",
    "head",
    "order",
    "text",
)


def kind_of_line(texts: list[str], labels: frozenset[str]) -> tuple[str, str]:
    """(kind, total's word or the text) of a row that lacks the codes of a line; ("", "") when it is a faulty line.

    `texts` are all filled cells of the row that are no figures, `labels` the plain labels of the head.
    """
    words = [plain(text) for text in texts]
    if len(words) >= 2 and sum(word in labels for word in words) * 2 > len(words):
        return HEAD_LINE, texts[0]
    for word, text in zip(words, texts, strict=True):
        if FOOT.fullmatch(word):
            return FOOT_LINE, text
        if len(word) > LONGEST:
            continue
        if PART.fullmatch(word):
            return PART_LINE, text
        if total := TOTAL.fullmatch(word):
            return TOTAL_LINE, total[1]
    return "", ""


def is_order(texts: list[str]) -> bool:
    """Whether a row right below a head numbers the columns: 栏次 1 2 3."""
    words = [plain(text) for text in texts]
    if len(words) < 2 or not all(ORDER.fullmatch(word) for word in words):
        return False
    figures = [int(word) for word in words if word.isdigit()]
    return len(figures) >= 2 and figures == list(range(figures[0], figures[0] + len(figures))) and figures[0] <= 2


class Groups:
    """Sees the rows of classes (201, 20101) that sum up the items below them: a class without further codes, and
    right below it a line of the same unit whose code begins with that of the class.
    """

    def __init__(self, columns: tuple[str, ...]) -> None:
        self.function = columns.index("function") if "function" in columns else None
        self.unit = columns.index("unit_code") if "unit_code" in columns else None
        names = ("department_economic", "fund", "project_code", "project_name")
        self.others = [columns.index(name) for name in names if name in columns]
        self.are_seen = self.function is not None and "department_economic" in columns

    def code(self, cells: list[str]) -> str:
        """The code of a row that may be such a class, or ""."""
        if self.function is None or any(cells[place] for place in self.others):
            return ""
        code = cells[self.function].partition("-")[0]
        return code if code.isdigit() and len(code) in CLASS_LENGTHS else ""

    def holds(self, upper: list[str], code: str, cells: list[str]) -> bool:
        """Whether the next line belongs to the class."""
        if self.function is None or (self.unit is not None and upper[self.unit] not in {"", cells[self.unit]}):
            return False
        found = cells[self.function].partition("-")[0]
        return len(found) > len(code) and found.startswith(code)
