"""Whatever is done in whatever order, the ledger is what a plain model of it says, and every invariant holds.

Acts come at random through the services alone: payments with keys that repeat and clash, documents of all kinds, the
turn of the year. The model foretells of each whether it is posted, answered as repeated or refused.
"""

from collections import Counter
from copy import deepcopy
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings

from apps.budget.tests.factories import World
from apps.codes.tests.factories import make_codes
from apps.ledger import services
from apps.ledger.models import Authority, AuthorityDocument, Books, DocumentKind
from apps.ledger.services.lines import LineInput
from apps.ledger.tests.book import Book, Line
from apps.ledger.tests.factories import SYSTEM, broken, fresh, issue, make_document, make_pool, post
from apps.review.tests.randomly import Run, Step, sequences

pytestmark = pytest.mark.django_db
D = Decimal
K = DocumentKind
AMOUNTS = (D("10.00"), D("0.01"), D("55.55"), D("100.00"), D("300.00"))
ACTS = {
    "reserve": 8, "spend": 6, "release": 3, "refund": 3, "allocate": 1, "issue": 2, "issue_part": 1, "supplement": 2,
    "reallocate": 3, "split": 1, "cut": 1, "recover": 1, "transfer": 1, "carry_over": 2, "write_off": 1, "clear": 1,
    "close": 2,
}  # fmt: skip
U, P, E = "unallocated", "pending", "executable"


def begun(world: World) -> Book:
    """The league's books of two years: a pool, two executable lines; the banner's books stand open for transfers."""
    make_codes(2028)
    league = world.tree.league
    for region, year in ((league, 2028), (world.tree.banner, 2027)):
        services.open_books(SYSTEM, region, year)
    pool = make_pool(world, "1000.00", league)
    book = Book({pool.pk: Line(U, 2027, D("1000.00"), decreased=D("300.00"))})
    for amount in ("200.00", "100.00"):
        book.lines[issue(world, fresh(pool), amount, world.league_unit).pk] = Line(E, 2027, D(amount))
    return book


class Year(Run):
    """The league's ledger, and the model beside it."""

    def __init__(self, done: Counter[str], world: World, book: Book) -> None:
        super().__init__(done)
        self.world, self.book = world, deepcopy(book)

    # --- payments ---

    def reserve(self, first: int, second: int) -> None:
        line = self.nth(first, E)
        self.use("reserve", line, AMOUNTS[second], f"key {first % 3} {second}", "")

    def spend(self, first: int, second: int) -> None:
        self.go_on("spend", first, second)

    def release(self, first: int, second: int) -> None:
        self.go_on("release", first, second)

    def refund(self, first: int, second: int) -> None:
        self.go_on("refund", first, second)

    def go_on(self, event: str, first: int, second: int) -> None:
        holds = list(self.book.holds) or ["key 0 0"]
        hold = holds[first % len(holds)]
        found = self.book.holds.get(hold)
        line = found.line if found and second != 4 else self.nth(second, E)  # now and then of another line
        # Some keys repeat what was done, some clash with another act, most are new.
        key = f"key {first % 3} {second}" if second == 3 else f"{event} {hold} {second} {len(self.book.used) // 2}"
        self.use(event, line, AMOUNTS[second % 4], key, hold)

    def use(self, event: str, line: int, amount: Decimal, key: str, hold: str) -> None:
        expected = self.book.use(event, line, amount, key, hold)
        words = (key, hold) if hold else (key,)
        given = self.attempt(event, lambda: getattr(services, event)(SYSTEM, fresh(self.row(line)), amount, *words))
        assert self.outcome(given) == expected, (event, line, amount, key, hold)

    def outcome(self, given: Any) -> str:
        if given is None:
            return "refused"
        return "repeated" if given.repeated else "posted"

    # --- documents: (origin, target or the state of a new line) ---

    def allocate(self, first: int, second: int) -> None:
        self.document(K.ALLOCATION, self.nth(first, U), AMOUNTS[second], (U,), make=P)

    def issue(self, first: int, second: int) -> None:
        line = self.nth(first, P)
        amount = self.book.lines[line].available
        if self.document(K.ISSUE, line, amount, (P,), target=line):
            self.book.lines[line].state = E

    def issue_part(self, first: int, second: int) -> None:
        self.document(K.ISSUE, self.nth(first, P), AMOUNTS[second], (P,), make=E)

    def supplement(self, first: int, second: int) -> None:
        self.document(K.SUPPLEMENT, self.nth(0, U), AMOUNTS[second], (U,), target=self.nth(first, E))

    def reallocate(self, first: int, second: int) -> None:
        self.document(K.REALLOCATION, self.nth(first, E), AMOUNTS[second], (E,), target=self.nth(second, E))

    def split(self, first: int, second: int) -> None:
        self.document(K.REALLOCATION, self.nth(first, E), AMOUNTS[second], (E,), make=E)

    def cut(self, first: int, second: int) -> None:
        self.document(K.CUT, self.nth(first, E), AMOUNTS[second], (E,), make=U)

    def recover(self, first: int, second: int) -> None:
        self.document(K.RECOVERY, self.nth(first, E), AMOUNTS[second], (E,), target=self.nth(second, U))

    def transfer(self, first: int, second: int) -> None:
        self.document(K.TRANSFER, self.nth(first, U), AMOUNTS[second], (U,), make="sent")

    def carry_over(self, first: int, second: int) -> None:
        line = self.nth(first)
        self.document(
            K.CARRY_OVER, line, self.book.lines[line].available, (U, P, E), make=self.book.lines[line].state, year=2028
        )

    def write_off(self, first: int, second: int) -> None:
        self.document(K.WRITE_OFF, self.nth(first), AMOUNTS[second], (U, P, E))

    def clear(self, first: int, second: int) -> None:
        """Give everything back that is held, and carry all the rest over."""
        for key, hold in list(self.book.holds.items()):
            if hold.open:
                self.use("release", hold.line, hold.open, f"clear {key} {len(self.book.used)}", key)
        for line in [line for line, row in self.book.lines.items() if row.year == 2027 and row.state != "sent"]:
            state = self.book.lines[line].state
            self.document(K.CARRY_OVER, line, self.book.lines[line].available, (U, P, E), make=state, year=2028)

    def close(self, first: int, second: int) -> None:
        expected = self.book.may_close(2027)
        books = Books.objects.get(region=self.world.tree.league, year=2027)
        given = self.attempt("close", lambda: services.close_books(SYSTEM, books))
        assert bool(given) == expected
        if given:
            self.book.closed.add(2027)

    def document(
        self, kind: str, origin: int, amount: Decimal, states: tuple[str, ...],
        target: int | None = None, make: str = "", year: int = 2027,
    ) -> bool:  # fmt: skip
        """Draw up, post and foretell one document with one line."""
        if not amount:
            return False
        row, to = self.book.lines[origin], self.book.lines.get(target or 0)
        good = self.book.may_take(origin, amount, *states) and row.year == 2027
        ends = {K.SUPPLEMENT: E, K.REALLOCATION: E, K.RECOVERY: U}
        if to is not None and kind != K.ISSUE:
            good = good and to.state == ends[kind] and to.year == 2027 and target != origin
        elements: dict[str, Any] = {}
        if make in {P, E} and year == 2027:
            elements = {"unit": self.world.league_unit, "function": self.world.codes.running}
        if make == "sent":
            elements = {"receiving_region": self.world.tree.banner}
        line = LineInput(
            amount,
            fresh(self.row(origin)),
            fresh(self.row(target)) if target else None,
            elements,
            "" if target else make,
        )
        posted = self.attempt(str(kind), lambda: post(make_document(self.world.tree.league, kind, [line])))
        assert bool(posted) == good, (kind, origin, amount, target)
        if posted is None:
            return False
        self.write_down(posted, origin, amount, target, make)
        return True

    def write_down(
        self, posted: AuthorityDocument, origin: int, amount: Decimal, target: int | None, make: str
    ) -> None:
        if origin == target:
            return
        self.book.move(amount, origin, target)
        for made in posted.authorities.all() if make else ():
            self.book.lines[made.pk] = Line(make, made.year_id, amount)

    def nth(self, number: int, state: str = "") -> int:
        """A line of this state where there is one, otherwise any."""
        found = [key for key, line in self.book.lines.items() if line.state == state] or list(self.book.lines)
        return found[number % len(found)]

    def row(self, line: int) -> Authority:
        return Authority(pk=line)

    def check(self) -> None:
        rows = Authority.objects.filter(region=self.world.tree.league).values_list(
            "pk", "state", "year_id",
            *(f"balance__{name}" for name in ("amount", "increased", "decreased", "reserved", "spent", "available")),
        )  # fmt: skip
        assert {pk: tuple(sums) for pk, *sums in rows} == {key: line.sums() for key, line in self.book.lines.items()}

    def verified(self, first: int, second: int) -> None:
        assert broken() == set()


# A run that goes by every act, and to the turn of the year.
WHOLE_YEAR: list[Step] = [
    ("reserve", 0, 3), ("reserve", 0, 3), ("reserve", 1, 3), ("spend", 0, 2), ("refund", 0, 0), ("allocate", 0, 3),
    ("issue_part", 0, 0), ("issue", 0, 0), ("transfer", 0, 4), ("reallocate", 0, 1), ("split", 0, 0), ("cut", 1, 0),
    ("recover", 0, 1), ("supplement", 1, 3), ("write_off", 0, 0), ("close", 0, 0), ("carry_over", 0, 0), ("clear", 0, 0),
    ("close", 0, 0), ("refund", 0, 0), ("reserve", 0, 1), ("close", 0, 0),
]  # fmt: skip


def test_the_ledger_is_what_the_model_says(world):
    done, book = Counter[str](), begun(world)

    @settings(max_examples=5, derandomize=True, suppress_health_check=list(HealthCheck))
    @example(steps=WHOLE_YEAR)
    @given(steps=sequences(ACTS, 24))
    def run(steps: list[Step]) -> None:
        Year(done, world, book).play([*steps, ("verified", 0, 0)])

    run()
    for name in (
        "reserve",
        "reserve refused",
        "spend",
        "refund",
        "issue",
        "transfer",
        "carry_over",
        "close",
        "close refused",
    ):
        assert done[name], (name, done)
