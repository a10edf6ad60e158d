"""What encryption costs: exact search among 1,500,000 people, and their import.

    python -m benchmarks.encryption [--rows 1500000] [--cipher sm4|aes256] [--lookups 2000] [--turns 1] [--here]

`--here` takes the (migrated, disposable) database of the environment, with regions and units in it, instead of a server of its own.
`encryption.import`: the product's import of a register of households with identity number and card encrypted and indexed
under a data key of the vault, against the same import with the same bytes of text in the same columns, in turns; `processor_ratio`
compares the processor time of all processes that took part, the database's among them. `encryption.search`: a
household found by its card through the blind index, decrypted, against a row found by the text of a plain indexed column.
`encryption.value`: one value encrypted and decrypted. One JSON line each.
"""

import argparse
import os
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks import harness
from benchmarks.bareseal import Bare
from benchmarks.ledgerfill import system
from benchmarks.subsidyfill import write_files

PLAIN = """
CREATE TABLE bench_plain (id bigint PRIMARY KEY, card text NOT NULL, id_number text NOT NULL);
CREATE INDEX bench_plain_card ON bench_plain (card);
"""


def main() -> None:
    """Print the claims."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=1_500_000)
    parser.add_argument("--cipher", choices=("sm4", "aes256"), default="sm4")
    parser.add_argument("--lookups", type=int, default=2_000)
    parser.add_argument("--turns", type=int, default=1, help="imports each way; all but the last are taken back")
    parser.add_argument("--here", action="store_true")
    asked = parser.parse_args()
    os.environ.setdefault("WRAPPING_KEYS", "w:" + "5" * 64)
    os.environ["FIELD_CIPHER"] = asked.cipher
    with place(asked.here), tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        use_a_data_key()
        files = write_files(Path(folder), asked.rows, 103)
        facts = {"rows": asked.rows, "cipher": asked.cipher}
        bring(files["places"], "places")
        report_import(files["households"], asked.turns, facts)
        report_search(asked.lookups, facts)
        report_value(facts)


@contextmanager
def place(here: bool) -> Iterator[None]:
    """Where it is measured."""
    if here:
        import django

        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "imbudget.settings")
        django.setup()
        yield
        return
    with harness.server():
        harness.fill(1)
        yield


def use_a_data_key() -> None:
    """The first data key, in use at once."""
    from django.conf import settings

    from apps.vault.services.keys import make_key, put_in_use
    from apps.vault.store import store
    from imbudget.kit.actor import system_actor

    settings.KEY_REFRESH_SECONDS = 0
    operator = system_actor()
    put_in_use(operator, key=make_key(operator))
    settings.KEY_REFRESH_SECONDS = 5
    store.forget()


def bring(path: Path, kind: str) -> None:
    """The product's own import."""
    from apps.subsidy.services.registers import import_register

    import_register(system(), kind, path, None)


def report_import(path: Path, turns: int, facts: dict[str, Any]) -> None:
    """The same file with and without, by turns; the last one encrypted stays."""
    bare, sealed = [], []
    for turn in range(turns):
        bare.append(importing(path, bare=True, keep=False))
        sealed.append(importing(path, bare=False, keep=turn == turns - 1))
    mine, limit = (statistics.median(clock for clock, _work in side) for side in (sealed, bare))
    worked, bound = (statistics.median(work for _clock, work in side) for side in (sealed, bare))
    harness.report(
        "encryption.import", mine, limit, turns=turns, processor_seconds=round(worked, 1),
        processor_limit_seconds=round(bound, 1), processor_ratio=round(worked / bound, 2), **facts,
    )  # fmt: skip


def importing(path: Path, *, bare: bool, keep: bool) -> tuple[float, float]:
    """Seconds of the import of all households by the clock, and of processors."""
    from django.db import connection, transaction

    from apps.subsidy.importing import cells
    from apps.subsidy.services import staging

    real = cells.sealers_of
    if bare:
        staging.sealers_of = without(real)  # type: ignore[attr-defined]
    connection.ensure_connection()
    begun, worked = time.perf_counter(), harness.processor_seconds()
    try:
        with transaction.atomic():
            bring(path, "households")
            seconds, work = time.perf_counter() - begun, harness.processor_seconds() - worked
            if not keep:
                transaction.set_rollback(True)
    finally:
        staging.sealers_of = real  # type: ignore[attr-defined]
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE subsidy_household")
        cursor.execute("CHECKPOINT")
    return seconds, work


def without(sealers_of: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Bare]]:
    """The same columns, with nothing that encrypts."""
    return lambda *given: {name: Bare() for name in sealers_of(*given)}


def report_search(lookups: int, facts: dict[str, Any]) -> None:
    """The same people looked for by both, in turn; medians of one search."""
    from django.db import connection

    from apps.subsidy.models import Household

    people = Household.objects.all()
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_plain")
        cursor.execute(PLAIN)
        last = 0
        while part := list(people.filter(pk__gt=last).order_by("pk").values_list("pk", "card", "id_number")[:20_000]):
            with cursor.copy("COPY bench_plain FROM STDIN") as copy:
                for row in part:
                    copy.write_row(row)
            last = part[-1][0]
        cursor.execute("ANALYZE bench_plain")
        cursor.execute("SELECT card FROM bench_plain TABLESAMPLE SYSTEM (10) LIMIT %s", [lookups * 5])
        cards = [card for (card,) in cursor.fetchall()]
    random.Random(7).shuffle(cards)
    found = Household.objects.only("pk", "card", "id_number")
    own, plain = [], []
    for card in cards[:lookups]:
        begun = time.perf_counter()
        (household,) = found.filter(card_index=card)
        own.append(time.perf_counter() - begun)
        assert household.card == card
        begun = time.perf_counter()
        (person,) = plain_model().objects.filter(card=card)
        plain.append(time.perf_counter() - begun)
        assert person.card == card
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE bench_plain")
    harness.report("encryption.search", statistics.median(own), statistics.median(plain), lookups=len(own), **facts)


def plain_model() -> Any:
    """The plain table as a model, made once."""
    from django.apps import apps
    from django.db import models

    if "benchplain" in apps.all_models["kit"]:
        return apps.all_models["kit"]["benchplain"]

    class BenchPlain(models.Model):
        card = models.TextField()
        id_number = models.TextField()

        class Meta:
            app_label = "kit"
            db_table = "bench_plain"
            managed = False

        def __str__(self) -> str:
            return self.card

    return BenchPlain


def report_value(facts: dict[str, Any]) -> None:
    """One value there and back, in microseconds, against the bare cipher of the same algorithm."""
    from imbudget.kit import crypto

    text, column, times = "150102197001011234", "subsidy_household.id_number", 20_000
    begun = time.perf_counter()
    for _time in range(times):
        crypto.decrypt(crypto.encrypt(text, column), column)
    own = time.perf_counter() - begun
    key = crypto.writing_key()
    cipher = crypto.cipher_of(key.algorithm, crypto.column_key(key.secret, column, key.algorithm))
    begun = time.perf_counter()
    for _time in range(times * 2):
        crypto.seal(key.head, cipher, b"", text)
    harness.report("encryption.value", own, time.perf_counter() - begun, values=times, **facts)


if __name__ == "__main__":
    main()
