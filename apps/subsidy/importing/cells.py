"""From the cells of rows to text for COPY, personal numbers sealed: pure work on batches, done by several processes."""

import re
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from datetime import date
from functools import partial
from itertools import islice
from multiprocessing import current_process, get_context
from typing import NamedTuple

from apps.disbursement.numbers import is_card, is_id_number, plain
from apps.subsidy.importing.columns import FILES, Cell, Kind
from imbudget.kit.money import parse_amount
from imbudget.kit.sealing import Sealer
from imbudget.kit.text import clean, strip

BATCH, AHEAD, WORKERS = 4_000, 16, 2
REMEMBERED = 500  # texts of one column
SMALL = 20_000  # rows below which another process costs more than it saves
DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?: 00:00(?::00)?)?")
YES, NO = {"是", "1", "Y", "y", "√"}, {"", "否", "0", "N", "n"}
NULL = "\\N"
Rows = list[tuple[int, Sequence[str]]]


class Wrong(NamedTuple):
    """A cell that cannot be taken: its row, its head and which rule it breaks."""

    row: int
    head: str
    rule: str


class Done(NamedTuple):
    """A batch: text for COPY of the rows that can be taken, how many, and what is wrong with the others."""

    text: str
    size: int
    wrong: list[Wrong]


class Bad(Exception):
    """Raised with the name of the rule that a cell breaks."""


def _text(cell: Cell, text: str) -> tuple[str, ...]:
    if "\\" in text or "\t" in text or "\n" in text or "\r" in text:
        text = text.replace("\\", "\\\\").replace("\t", " ").replace("\n", " ").replace("\r", " ")
    return (text,)


def _word(cell: Cell, text: str) -> tuple[str, ...]:
    found = dict(cell.words).get(text) or (cell.default if not text else "")
    if not found:
        raise Bad("word")
    return (found,)


def _count(cell: Cell, text: str) -> tuple[str, ...]:
    text = text or cell.default
    if not (text.isascii() and text.isdecimal()):
        raise Bad("count")
    return (text,)


def _amount(cell: Cell, text: str) -> tuple[str, ...]:
    try:
        return (str(parse_amount(text or cell.default)),)
    except ValueError as error:
        raise Bad("amount") from error


def _day(cell: Cell, text: str) -> tuple[str, ...]:
    if not text:
        return (NULL,)
    found = DAY.fullmatch(text)
    try:
        return (date(*map(int, found.groups())).isoformat(),) if found else _no_day()
    except ValueError as error:
        raise Bad("day") from error


def _no_day() -> tuple[str, ...]:
    raise Bad("day")


def _flag(cell: Cell, text: str) -> tuple[str, ...]:
    if text not in YES and text not in NO:
        raise Bad("flag")
    return ("t" if text in YES else "f",)


PLAIN: dict[Kind, Callable[[Cell, str], tuple[str, ...]]] = {
    Kind.TEXT: _text,
    Kind.WORD: _word,
    Kind.COUNT: _count,
    Kind.AMOUNT: _amount,
    Kind.DAY: _day,
    Kind.FLAG: _flag,
}
SOUND = {Kind.PERSON: is_id_number, Kind.CARD: is_card}


def prepare(file: str, rows: Rows, sealers: dict[str, Sealer]) -> Done:
    """Clean, check and seal some rows; `sealers` by the names of the columns that are sealed."""
    columns = [(cell, _reader(cell, sealers)) for cell in FILES[file]]
    lines, wrong = [], []
    for number, row in rows:
        made = [str(number)]
        for (cell, read), text in zip(columns, row, strict=True):
            try:
                made += read(text)
            except Bad as bad:
                wrong.append(Wrong(number, cell.head, str(bad)))
        lines.append("\t".join(made))
    return Done("\n".join(lines) + "\n", len(lines), wrong)


def _reader(cell: Cell, sealers: dict[str, Sealer]) -> Callable[[str], tuple[str, ...]]:
    """How one column is read: what is no personal number repeats from row to row (banks, places, flags) and is remembered."""
    if cell.kind in SOUND:
        return partial(_made, cell, sealers=sealers)
    known: dict[str, tuple[str, ...]] = {}

    def read(text: str) -> tuple[str, ...]:
        found = known.get(text)
        if found is None:
            found = _made(cell, text, sealers)
            if len(known) < REMEMBERED:
                known[text] = found
        return found

    return read


def _made(cell: Cell, text: str, sealers: dict[str, Sealer]) -> tuple[str, ...]:
    text = _cleaned(text)
    if not text and cell.required:
        raise Bad("empty")
    if len(text) > cell.most:
        raise Bad("long")
    if text[:1] == "=":
        raise Bad("formula")
    if cell.kind not in SOUND:
        return PLAIN[cell.kind](cell, text)
    number, sealer = plain(text), sealers[cell.name]
    sound = "t" if SOUND[cell.kind](number) else "f"
    return (f"\\\\x{sealer.encrypt(number).hex()}", f"\\\\x{sealer.index(number).hex()}", sound)


def _cleaned(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text.strip(" ")
    try:
        return strip(clean(text))
    except ValueError as error:
        raise Bad("private") from error


def prepared(file: str, rows: Iterator[tuple[int, Sequence[str]]], sealers: dict[str, Sealer]) -> Iterator[Done]:
    """The batches of a file in order. A long file is worked on by other processes while the caller waits for the database."""
    first = list(islice(rows, SMALL))
    if len(first) < SMALL or current_process().daemon:  # a daemon (a worker of Celery) may not have children
        yield from (prepare(file, batch, sealers) for batch in _batches(first, rows))
        return
    with ProcessPoolExecutor(WORKERS, mp_context=get_context("spawn")) as pool:
        waiting: list[Future[Done]] = []
        try:
            for batch in _batches(first, rows):
                waiting.append(pool.submit(prepare, file, batch, sealers))
                if len(waiting) >= AHEAD:
                    yield waiting.pop(0).result()
            while waiting:
                yield waiting.pop(0).result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _batches(first: Rows, rows: Iterator[tuple[int, Sequence[str]]]) -> Iterator[Rows]:
    yield from (first[at : at + BATCH] for at in range(0, len(first), BATCH))
    while batch := list(islice(rows, BATCH)):
        yield batch


def sealers_of(file: str, bound: dict[str, str], indexed: dict[str, str]) -> dict[str, Sealer]:
    """The sealers of a file's columns: where each number is bound to, and where its index is ("table.column")."""
    return {cell.name: Sealer.of(bound[cell.name], indexed[cell.name]) for cell in FILES[file] if cell.kind in SOUND}
