"""The log's tiles: none missing, none too many, each as long as the log makes it, each the heads of those below."""

from collections.abc import Iterator
from itertools import islice

from django.db.models.functions import Length

from apps.evidence import merkle
from apps.evidence.canonical import HASHES
from apps.evidence.checking.findings import MANY
from apps.evidence.merkle import HEIGHT, SIZE, WIDTH, Place
from apps.evidence.models import Tile
from apps.evidence.selectors.proofs import algorithm


def lengths_of(size: int, first: int = 0) -> Iterator[tuple[int, int, int]]:
    """Level, number and bytes of every tile of a log of this size, the lowest from tile `first` on."""
    level, count = 0, size
    while count:
        for number in range(first if level == 0 else 0, (count + WIDTH - 1) // WIDTH):
            yield level, number, min(WIDTH, count - number * WIDTH) * SIZE
        level, count = level + 1, count >> HEIGHT


def faults(size: int, since: int) -> Iterator[str]:
    """What is wrong with the tiles of a log of `size` whose first `since` entries are known to be sound.

    That the lowest tiles hold the leaves of the entries, and give the tiles above them, is found where the entries are read.
    """
    first = since >> HEIGHT
    for place in islice(_misfits(size, first), MANY):
        yield f"tile {place[0]}/{place[1]} of the log is not what the entries give"
    yield from _heads_above(size)


def _heads_above(size: int) -> Iterator[str]:
    """From level 1 on, whether each full tile gives its hash in the tile above it."""
    digest, level = HASHES[algorithm()], 1
    while size >> HEIGHT * (level + 1):
        above = {tile.number: bytes(tile.hashes) for tile in Tile.objects.filter(level=level + 1)}
        for tile in Tile.objects.filter(level=level).order_by("number").iterator(200):
            at, hashes = tile.number % WIDTH * SIZE, bytes(tile.hashes)
            wanted = above.get(tile.number >> HEIGHT, b"")[at : at + SIZE]
            if len(hashes) == WIDTH * SIZE and wanted != merkle.head_of_tile(digest, hashes):
                yield f"tile {level}/{tile.number} of the log is not what the one above it was made from"
        level += 1


def _misfits(size: int, first: int) -> Iterator[Place]:
    """Places of tiles that are missing, too many, too short or too long: two sorted runs side by side."""
    rows = Tile.objects.exclude(level=0, number__lt=first).order_by("level", "number")
    stored = iter(rows.annotate(bytes=Length("hashes")).values_list("level", "number", "bytes").iterator(5000))
    wanted = lengths_of(size, first)
    mine, theirs = next(stored, None), next(wanted, None)
    while mine or theirs:
        if mine == theirs:
            mine, theirs = next(stored, None), next(wanted, None)
            continue
        place = min(tile[:2] for tile in (mine, theirs) if tile)
        yield place
        mine = next(stored, None) if mine and mine[:2] == place else mine
        theirs = next(wanted, None) if theirs and theirs[:2] == place else theirs
