"""The algorithm of draws: worked numbers, properties over any pool, and the panel that a brute-force search finds."""

from itertools import combinations, permutations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.review import drawing
from apps.review.drawing import BadCriteria, Criteria, sequence
from apps.review.drawing.panel import FIRST
from imbudget.kit.crypto import sm3, sm3_hex

KEY = bytes(range(32))
FIELDS = ("grassland", "finance", "health")


def criteria(size: int, **fields: int) -> Criteria:
    return Criteria.read({"size": size, "fields": fields, "levels": [2]})


def entry(pk: int, *fields: str, employer: str = "", reasons: Any = ()) -> list[Any]:
    return [pk, employer or f"employer {pk}", " ".join(fields), " ".join(reasons)]


def lines(pool: list[list[Any]]) -> list[str]:
    return ["\t".join(map(str, row)) for row in pool]


def draw(pool: list[list[Any]], *arguments: Any, **values: Any) -> dict[str, Any]:
    return drawing.draw(lines(pool), *arguments, **values)


def is_enough(pool: list[list[Any]], asked: Criteria) -> bool:
    return drawing.is_enough("\n".join(lines(pool)), asked)


def panel(result: dict[str, Any]) -> list[int]:
    return [pk for _place, pk, _field in result["panel"]]


# --- worked by hand


def test_the_digests_are_sm3_of_what_the_description_says():
    seed, head, pool = bytes(32), "11" * 32, "22" * 32
    assert drawing.commitment_of(seed) == sm3_hex(seed)
    assert drawing.digest_of({"b": 1, "a": ["草"]}) == sm3_hex('{"a":["草"],"b":1}'.encode())
    told = sm3(seed + b"\x11" * 32 + b"\x22" * 32 + bytes.fromhex(sm3_hex(b"{}")))
    assert drawing.combined_key(seed, head, pool, {}) == told


def test_the_sequence_is_the_shuffle_written_out():
    """Fisher–Yates over a whole list with SM3(key ‖ counter) modulo what is left."""
    cards, expected = list(range(50)), []
    for step in range(50):
        number = int.from_bytes(sm3(KEY + step.to_bytes(8, "big")), "big")
        place = step + number % (50 - step)
        cards[step], cards[place] = cards[place], cards[step]
        expected.append(cards[step])
    assert list(sequence(KEY, 50)) == expected


def test_a_snapshot_is_a_text_of_lines():
    assert drawing.lines_of("") == []
    (line,) = drawing.lines_of("7\t草原所\tfinance grassland\tkin past")
    assert drawing.Entry.read(line) == (7, "草原所", ["finance", "grassland"], ["kin", "past"])
    assert drawing.Entry.read("7\t草原所\t\t") == (7, "草原所", [], [])
    assert drawing.digest_of_text("草") == sm3_hex("草".encode())


def test_the_sequence_never_changes():
    """A draw of today must be repeatable in ten years: these numbers are the algorithm's."""
    assert list(sequence(KEY, 10)) == [3, 4, 9, 1, 5, 0, 8, 7, 6, 2]


def test_blocks_that_would_favour_some_numbers_are_left_out(monkeypatch):
    """With a space of 10 the blocks 9 and above would favour 0 among 3."""
    from apps.review.drawing import shuffle as module

    monkeypatch.setattr(module, "SPACE", 10)
    assert module._below(3, iter([9, 9, 7])) == 1


# --- seats


def test_the_first_of_the_sequence_are_taken():
    pool = [entry(pk, "grassland") for pk in range(20)]
    order = list(sequence(KEY, 20))
    result = draw(pool, criteria(5), KEY)
    assert panel(result) == order[:5]
    assert result["steps"] == [[place, pk, []] for place, pk in enumerate(order[:5], 1)]


def test_who_is_passed_over_is_recorded_with_the_reason():
    order = list(sequence(KEY, 6))
    pool = [entry(pk, "grassland") for pk in range(6)]
    pool[order[0]][3] = "kin past"
    pool[order[2]][1] = pool[order[1]][1]
    pool[order[3]][2] = "health"
    result = draw(pool, criteria(3, grassland=3), KEY, seen=[order[4]])
    assert [reasons for _place, _pk, reasons in result["steps"]] == [
        ["kin", "past"], [], ["colleague"], ["seat"], ["seen"], [],
    ]  # fmt: skip


def test_an_expert_of_two_fields_moves_to_make_room():
    order = list(sequence(KEY, 2))
    pool = [entry(pk) for pk in range(2)]
    pool[order[0]][2], pool[order[1]][2] = "finance grassland", "finance"
    result = draw(pool, criteria(2, finance=1, grassland=1), KEY)
    assert {pk: field for _place, pk, field in result["panel"]} == {order[0]: "grassland", order[1]: "finance"}


def test_who_would_leave_a_seat_empty_is_passed_over():
    """The first two of the sequence work for the same employer, and only the second knows finance."""
    order = list(sequence(KEY, 3))
    pool = [entry(pk, "grassland") for pk in range(3)]
    pool[order[0]][1] = pool[order[1]][1] = "one"
    pool[order[1]][2] = "finance"
    result = draw(pool, criteria(2, finance=1, grassland=1), KEY)
    assert result["steps"] == [[1, order[0], ["seat"]], [2, order[1], []], [3, order[2], []]]


@pytest.mark.parametrize("more", [0, 1])
def test_a_rare_field_is_found_at_the_end_of_a_large_pool(more):
    """Seats are filled from the first candidates alone, where that can be; where not, the others are looked at."""
    pool = [entry(number, "grassland") for number in range(FIRST + 50)]
    pool += [entry(FIRST + 50, "finance")] * more
    assert is_enough(pool, criteria(2, grassland=2))
    assert is_enough(pool, criteria(2, finance=1)) is bool(more)


def test_a_pool_that_cannot_fill_the_seats_fills_what_it_can():
    pool = [entry(0, "grassland"), entry(1, "grassland")]
    wanted = criteria(3, grassland=2, finance=1)
    assert not is_enough(pool, wanted)
    assert sorted(panel(draw(pool, wanted, KEY))) == [0, 1]


def test_seats_left_over_are_open_to_every_field():
    pool = [entry(0, "grassland"), entry(1, "health"), entry(2)]
    assert sorted(panel(draw(pool, criteria(3, grassland=1), KEY))) == [0, 1, 2]


# --- over any pool


def pools(most: int) -> st.SearchStrategy[list[list[Any]]]:
    """Candidates with few employers, so that these meet."""
    facts = st.tuples(
        st.sampled_from("abcdefgh"), st.sets(st.sampled_from(FIELDS)), st.sampled_from([(), (), (), ("employer",)])
    )
    return st.lists(facts, max_size=most).map(
        lambda rows: [
            entry(pk, *sorted(own), employer=employer, reasons=why) for pk, (employer, own, why) in enumerate(rows)
        ]
    )


wanted = st.tuples(st.integers(1, 4), st.dictionaries(st.sampled_from(FIELDS), st.integers(1, 2))).map(
    lambda asked: criteria(max(asked[0], sum(asked[1].values())), **asked[1])
)
keys = st.binary(min_size=32, max_size=32)


@given(keys, st.integers(0, 300))
def test_a_sequence_is_a_shuffle(key, size):
    assert sorted(sequence(key, size)) == list(range(size))


@given(pools(30), wanted, keys)
def test_a_panel_keeps_every_rule(pool, asked, key):
    result = draw(pool, asked, key)
    entries = {row[0]: row for row in pool}
    chosen = [entries[pk] for pk in panel(result)]
    assert len({row[1] for row in chosen}) == len(chosen) <= asked.size
    assert not any(row[3] for row in chosen)
    fields = [field for _place, _pk, field in result["panel"]]
    assert all(not field or field in entries[pk][2].split() for _place, pk, field in result["panel"])
    assert not set(fields) - set(asked.seats)
    assert all(fields.count(field) <= asked.seats.count(field) for field in set(asked.seats))
    assert (len(chosen) == asked.size) == is_enough(pool, asked)


@given(pools(30), wanted, keys)
def test_the_same_facts_give_the_same_result(pool, asked, key):
    assert draw(pool, asked, key) == draw([list(row) for row in pool], asked, key)


def fits(chosen: Any, asked: Criteria) -> bool:
    if len({row[1] for row in chosen}) < len(chosen):
        return False
    return any(
        all(not field or field in row[2].split() for row, field in zip(chosen, seats, strict=True))
        for seats in permutations(asked.seats)
    )


@settings(max_examples=60)
@given(pools(7), wanted, keys)
def test_the_panel_is_the_first_full_one_in_the_order_of_the_sequence(pool, asked, key):
    order = [pool[number] for number in sequence(key, len(pool))]
    free = [row for row in order if not row[3]]
    expected = next((chosen for chosen in combinations(free, asked.size) if fits(chosen, asked)), None)
    found = panel(draw(pool, asked, key))
    if expected is None:
        assert len(found) < asked.size
    else:
        assert found == [row[0] for row in expected]


@given(pools(30), wanted, keys, st.data())
def test_whoever_leaves_is_replaced_within_the_rules(pool, asked, key, data):
    first = panel(draw(pool, asked, key))
    left = data.draw(st.sets(st.sampled_from(first))) if first else set()
    barred = data.draw(st.sets(st.integers(0, 30)).map(lambda found: {str(pk): ["gone"] for pk in found}))
    seated = [row[:3] for row in pool if row[0] in set(first) - left]
    result = draw(pool, asked, key, seated=seated, seen=first, barred=barred)
    entries = {row[0]: row for row in pool}
    new = panel(result)
    assert not set(new) & set(first)
    assert not {str(pk) for pk in new} & barred.keys()
    everybody = [*seated, *(entries[pk] for pk in new)]
    assert len({row[1] for row in everybody}) == len(everybody) <= asked.size
    assert not any(entries[pk][3] for pk in new)


# --- criteria


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["size", "fields", "levels", "languages", "min_rank", "x"]), inner)
        ),
        max_leaves=8,
    )
)
def test_whatever_is_asked_for_is_read_or_refused(asked):
    try:
        read = Criteria.read(asked)
    except BadCriteria:
        return
    assert Criteria.read(read.as_json()) == read
    assert len(read.seats) == read.size


def test_ranks_are_counted_from_the_highest():
    base = {"size": 3, "levels": [2]}
    assert Criteria.read(base).ranks == ("senior", "associate", "intermediate", "other")
    assert Criteria.read(base | {"min_rank": "associate"}).ranks == ("senior", "associate")


def test_the_draw_of_a_large_pool_does_not_walk_it():
    pool = [entry(pk, FIELDS[pk % 3]) for pk in range(20_000)]
    result = draw(pool, criteria(5, grassland=3, finance=2), KEY)
    assert len(result["steps"]) < 100


@pytest.mark.parametrize("size", [0, 1])
def test_small_sequences(size):
    assert list(sequence(KEY, size)) == list(range(size))
