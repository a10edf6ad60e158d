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

TOTAL_LINE, PART_LINE, FOOT_LINE, HEAD_LINE, ORDER_LINE, TEXT_LINE = (
    "total",
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
