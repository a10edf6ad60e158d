"""Many at once on few lines: nothing is overspent, nothing waits for ever, each key is posted once."""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction

from apps.budget.tests.factories import World, make_world
from apps.codes.tests.factories import make_codes
from apps.ledger import services
from apps.ledger.models import Authority, Books, BooksState, DocumentKind, Posting, Reservation
from apps.ledger.services.lines import LineInput
from apps.ledger.tests.factories import (
    SYSTEM,
    balance,
    carry_over,
    fresh,
    issue,
    make_authority,
    make_document,
    make_pool,
    post,
)
from apps.ledger.verification import verify
from apps.projects.models import Project
from apps.projects.tests.factories import ProjectFactory
from imbudget.kit.errors import RuleViolation
from imbudget.kit.testing.threads import at_once

pytestmark = pytest.mark.django_db(transaction=True)
D = Decimal
THREADS, ACTS = 8, 20


def clean() -> None:
    """Nothing is broken, seen from outside every transaction."""
    assert [str(finding) for finding in verify() if finding.count] == []


def outcomes(results: list[Any]) -> Counter[str]:
    """How often each outcome came; a refusal by a rule is one, anything else fails."""
    wrong = [result for result in results if isinstance(result, Exception) and not isinstance(result, RuleViolation)]
    assert wrong == []
    return Counter(
        "refused" if isinstance(result, RuleViolation) else "repeated" if result.repeated else "posted"
        for result in results
    )


def test_of_many_who_want_the_rest_as_many_get_it_as_there_is():
    authority = make_authority(make_world(), "70.00")
    works = [lambda n=n: services.reserve(SYSTEM, authority, D("10.00"), f"pay:{n}") for n in range(10)]
    assert outcomes(at_once(works)) == {"posted": 7, "refused": 3}
    assert balance(authority)["available"] == 0
    clean()


def test_the_same_call_at_once_is_posted_once_and_answered_each_time():
    """Also where nothing is left for the second one: it is the same payment, not another."""
    authority = make_authority(make_world(), "10.00")
    results = at_once([lambda: services.reserve(SYSTEM, authority, D("10.00"), "pay")] * 8)
    assert outcomes(results) == {"posted": 1, "repeated": 7}
    results = at_once([lambda: services.spend(SYSTEM, authority, D("10.00"), "paid", "pay")] * 8)
    assert outcomes(results) == {"posted": 1, "repeated": 7}
    assert len({result.posting_id for result in results}) == 1
    assert (Posting.objects.filter(key__startswith="pa").count(), Reservation.objects.count()) == (2, 1)
    clean()


def test_re_allocations_both_ways_and_payments_at_once_do_not_lock_each_other_out():
    world = make_world()
    pool = make_pool(world, "1000.00")
    pair = [issue(world, pool, "500.00"), issue(world, fresh(pool), "500.00")]
    documents = [
        make_document(
            pool.region, DocumentKind.REALLOCATION,
            [LineInput(D("60.00"), origin=fresh(pair[n % 2]), target=fresh(pair[1 - n % 2]))],
        )
        for n in range(6)
    ]  # fmt: skip
    payments = [lambda n=n: services.reserve(SYSTEM, pair[n % 2], D("90.00"), f"pay:{n}") for n in range(6)]
    results = at_once([*[lambda d=d: post(d) for d in documents], *payments])
    assert [result for result in results if isinstance(result, Exception)] == []
    assert sum(balance(line)["available"] for line in pair) == D("460.00")
    clean()


def test_two_documents_that_take_the_same_rest_are_not_both_posted():
    world = make_world()
    authority = issue(world, make_pool(world, "100.00"), "100.00")
    documents = [
        make_document(world.tree.banner, DocumentKind.CUT, [LineInput(D("60.00"), origin=fresh(authority))])
        for _ in range(4)
    ]
    results = at_once([lambda d=d: post(d) for d in documents])
    assert sorted(isinstance(result, RuleViolation) for result in results) == [False, True, True, True], results
    assert balance(authority)["available"] == D("40.00")
    clean()


def test_two_documents_at_once_do_not_give_a_project_more_than_it_may_get():
    """Out of two pools: nothing but the project itself holds them apart."""
    world = make_world()
    project = ProjectFactory(unit=world.unit, stored=True)
    Project.objects.filter(pk=project.pk).update(total=D("500.00"), reviewed=D("400.00"))
    elements = {"unit": world.unit, "function": world.codes.running, "project": project}
    documents = [
        make_document(
            world.tree.banner,
            DocumentKind.APPROVAL,
            [LineInput(D("300.00"), origin=make_pool(world, "300.00"), elements=elements)],
        )
        for _pool in range(2)
    ]
    results = at_once([lambda d=d: post(d) for d in documents])
    assert sorted(isinstance(result, RuleViolation) for result in results) == [False, True], results
    clean()


def test_pending_authority_is_not_issued_twice_nor_while_a_part_of_it_is_issued():
    world = make_world()
    pool = make_pool(world, "100.00")
    elements = {"unit": world.unit, "function": world.codes.running}
    allocated = make_document(
        world.tree.banner, DocumentKind.ALLOCATION, [LineInput(D("100.00"), origin=pool, elements=elements)]
    )
    pending = post(allocated).authorities.get()
    lines = [
        LineInput(D("100.00"), origin=pending, target=pending),
        LineInput(D("100.00"), origin=pending, target=pending),
        LineInput(D("30.00"), origin=pending, state="executable"),
    ]
    documents = [make_document(world.tree.banner, DocumentKind.ISSUE, [line]) for line in lines]
    results = at_once([lambda d=d: post(d) for d in documents])
    assert sum(isinstance(result, RuleViolation) for result in results) == 2, results
    clean()


def test_who_closes_the_books_waits_for_no_one_who_waits_for_them():
    """A batch holds the books, the closing waits for it, and a single payment behind the closing holds no line."""
    world = make_world()
    pool = make_pool(world, "100.00")
    first, second = (issue(world, fresh(pool), "50.00") for _line in range(2))
    document = make_document(pool.region, DocumentKind.CUT, [LineInput(D("1.00"), origin=second)])
    begun = threading.Event()

    def batch() -> Any:
        with transaction.atomic():
            services.reserve(SYSTEM, first, D("1.00"), "batch:1")
            begun.set()
            time.sleep(0.6)  # until all others wait
            return services.reserve(SYSTEM, second, D("1.00"), "batch:2")

    def after(seconds: float, work: Callable[[], Any]) -> Any:
        begun.wait(10)
        time.sleep(seconds)
        return work()

    books = Books.objects.get()
    others = [
        lambda: after(0.0, lambda: services.close_books(SYSTEM, books)),
        lambda: after(0.2, lambda: services.reserve(SYSTEM, second, D("2.00"), "single")),
        lambda: after(0.2, lambda: post(document)),
    ]
    batched, closed, single, posted = at_once([batch, *others])
    assert isinstance(closed, RuleViolation)  # money is applied for
    assert [isinstance(result, Exception) for result in (batched, single, posted)] == [False] * 3, (
        batched,
        single,
        posted,
    )
    clean()


class Hammer:
    """Random acts of several threads on few lines of one region's books, which are closed at the end by two at once."""

    def __init__(self, world: World) -> None:
        self.world = world
        make_codes(2028)
        self.pool = make_pool(world, "1000000.00")
        services.open_books(SYSTEM, self.pool.region, 2028)
        self.lines = [issue(world, fresh(self.pool), "400.00") for _number in range(4)]
        self.done: Counter[str] = Counter()
        self.lock = threading.Lock()
        self.held: list[tuple[Authority, str]] = []

    def run(self, seed: int) -> None:
        rng = random.Random(seed)
        for _number in range(ACTS):
            name = rng.choices(("reserve", "go_on", "batch", "document"), (5, 5, 2, 2))[0]
            try:
                getattr(self, name)(rng)
                outcome = name
            except RuleViolation:
                outcome = f"{name} refused"
            with self.lock:
                self.done[outcome] += 1

    def line(self, rng: random.Random) -> Authority:
        """One line is hot."""
        return rng.choice((self.lines[0], self.lines[0], *self.lines))

    def reserve(self, rng: random.Random) -> None:
        line, key = self.line(rng), f"key {rng.randrange(120)}"  # keys repeat and clash
        services.reserve(SYSTEM, line, rng.choice((D("7.00"), D("50.00"))), key)
        self.held.append((line, key))

    def batch(self, rng: random.Random) -> None:
        """All lines in one transaction, in their order: what waits for a line holds the books of the lines before."""
        with transaction.atomic():
            for line in self.lines:
                services.reserve(SYSTEM, line, D("1.00"), f"batch {rng.random()} {line.pk}")

    def go_on(self, rng: random.Random) -> None:
        line, held = rng.choice(self.held or [(self.lines[0], "none")])
        act = rng.choice(("spend", "release", "refund", "spend"))
        amount = rng.choice((D("7.00"), D("3.50")))
        getattr(services, act)(SYSTEM, line, amount, f"{act} {held} {rng.randrange(3)}", held)

    def document(self, rng: random.Random) -> None:
        first, second = rng.sample(self.lines, 2)
        amount = rng.choice((D("20.00"), D("90.00")))
        choice = rng.randrange(3)
        if choice == 0:
            kind, lines = DocumentKind.REALLOCATION, [
                LineInput(amount, fresh(first), fresh(second)), LineInput(amount, fresh(second), fresh(first)),
            ]  # fmt: skip
        elif choice == 1:
            kind, lines = DocumentKind.SUPPLEMENT, [LineInput(amount, fresh(self.pool), fresh(first))]
        else:
            kind, lines = DocumentKind.CUT, [LineInput(amount, fresh(first), fresh(self.pool))]
        post(make_document(self.pool.region, kind, lines))

    def turn_of_the_year(self, seed: int) -> None:
        """Two who empty the lines and close the books while others go on paying."""
        books = Books.objects.get(region=self.pool.region, year=2027)
        for _time in range(30):
            try:
                for hold in Reservation.objects.all():
                    if hold.open_amount:
                        services.release(
                            SYSTEM,
                            hold.authority,
                            hold.open_amount,
                            f"end {seed} {hold.pk} {hold.open_amount}",
                            hold.key,
                        )
                left = [line for line in (*self.lines, self.pool) if balance(line)["available"]]
                if left:
                    carry_over(self.pool.region, *left)
                services.close_books(SYSTEM, Books.objects.get(pk=books.pk))
            except RuleViolation:
                if Books.objects.get(pk=books.pk).state == BooksState.CLOSED:
                    return


def test_threads_that_do_everything_at_once_leave_a_ledger_in_which_all_is_true():
    hammer = Hammer(make_world())
    results = at_once([lambda seed=seed: hammer.run(seed) for seed in range(THREADS)])
    assert [result for result in results if result is not None] == []
    assert min(hammer.done[name] for name in ("reserve", "reserve refused", "go_on", "document")) > 0, hammer.done
    clean()


def test_books_are_closed_while_everybody_goes_on():
    hammer = Hammer(make_world())
    works = [lambda seed=seed: hammer.run(seed) for seed in range(4)]
    ends = [lambda seed=seed: hammer.turn_of_the_year(seed) for seed in range(2)]
    results = at_once([*works, *ends])
    assert [result for result in results if result is not None] == []
    assert Books.objects.get(region=hammer.pool.region, year=2027).state == BooksState.CLOSED
    clean()
