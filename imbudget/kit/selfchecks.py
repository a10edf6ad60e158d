"""What `manage.py selfcheck` looks at beneath all apps: database, broker, files, messages, history, disk, clock.

A check returns a sentence when all is well and raises otherwise; sentences are for the operator, in English.
"""

import json
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from babel.messages.pofile import read_po
from celery import current_app
from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from imbudget.kit.history import expected_triggers, missing_triggers
from imbudget.kit.registry import SelfCheck

POSTGRES_MIN = 150000  # 15.0: UNIQUE NULLS NOT DISTINCT
DISK_MIN = 10**9  # bytes
CLOCK_MAX = timedelta(seconds=2)
BROKER_SECONDS = 5


class CheckFailed(Exception):
    """Something is not as it should be; the text says what, for the operator."""


def database() -> str:
    """The server is new enough and every migration has run."""
    connection.ensure_connection()
    version = connection.connection.info.server_version
    if version < POSTGRES_MIN:
        raise CheckFailed(f"PostgreSQL {version // 10000} is too old; 15 or newer is needed")
    loader = MigrationLoader(connection)
    waiting = loader.graph.nodes.keys() - loader.applied_migrations.keys()  # a plan would pass over one in the middle
    if waiting:
        raise CheckFailed(f"{len(waiting)} migrations have not run; run: manage.py migrate")
    return f"PostgreSQL {version // 10000}.{version % 10000}, all migrations have run"


def broker() -> str:
    """The queue of background work answers within five seconds."""
    name = current_app.conf.task_default_queue
    with current_app.connection_for_write(connect_timeout=BROKER_SECONDS) as link:
        link.ensure_connection(max_retries=1, timeout=BROKER_SECONDS)
        channel = link.default_channel
        current_app.amqp.queues[name](channel).declare()
        waiting = channel.queue_declare(queue=name, passive=True).message_count
        return f"{link.transport.driver_name} answers, {waiting} messages wait"


def fonts() -> str:
    """The fonts of documents and pages are where they are looked for."""
    lock = json.loads((settings.BASE_DIR / "assets.lock.json").read_text(encoding="utf-8"))
    documents = [name for package in lock["packages"] for name in package["files"].values() if name.endswith(".ttf")]
    missing = [name for name in documents if not (settings.FONT_DIR / name).is_file()]
    web = [f"fonts/{name}" for name in lock["web"]]
    missing += [name for name in web if not (staticfiles_storage.exists(name) or finders.find(name))]
    if missing:
        raise CheckFailed(f"missing: {', '.join(missing)}; run: make assets (and collectstatic)")
    return f"{len(documents)} fonts for documents, {len(web)} for pages"


def translations() -> str:
    """Each catalogue is complete and compiled."""
    counts = []
    for source in sorted(Path(settings.LOCALE_PATHS[0]).glob("*/LC_MESSAGES/django.po")):
        language = source.parents[1].name
        with source.open("rb") as handle:
            messages = [message for message in read_po(handle, ignore_obsolete=True) if message.id]
        bad = [message for message in messages if message.fuzzy or not any(_texts(message.string))]
        if bad:
            raise CheckFailed(f"{language}: {len(bad)} messages without translation")
        compiled = source.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime < source.stat().st_mtime:
            raise CheckFailed(f"{language}: not compiled; run: python -m tools.messages compile")
        counts.append(f"{language} {len(messages)}")
    if len(counts) < len(settings.LANGUAGES):
        raise CheckFailed(f"{len(settings.LANGUAGES)} languages are offered, {len(counts)} catalogues are there")
    return f"complete and compiled: {', '.join(counts)}"


def _texts(string: Any) -> Iterator[str]:
    yield from (string,) if isinstance(string, str) else string or ()


def history() -> str:
    """Every table that keeps a history has its triggers."""
    problems = missing_triggers()
    if problems:
        raise CheckFailed("; ".join(problems))
    return f"{len(expected_triggers())} tables keep their history"


def disk() -> str:
    """There is room for uploads, documents and logs."""
    free = shutil.disk_usage(settings.VAR_DIR).free
    if free < DISK_MIN:
        raise CheckFailed(f"only {free / 10**9:.1f} GB free where VAR_DIR is")
    return f"{free / 10**9:.0f} GB free where VAR_DIR is"


def clock() -> str:
    """This machine's clock agrees with the database server's; evidence and time-outs depend on it."""
    with connection.cursor() as cursor:
        before = timezone.now()
        cursor.execute("SELECT clock_timestamp()")
        theirs = cursor.fetchone()[0]
        after = timezone.now()
    apart = max(before - theirs, theirs - after, timedelta())
    if apart > CLOCK_MAX:
        raise CheckFailed(f"{apart.total_seconds():.1f} s apart from the database server; check NTP on both")
    return f"agrees with the database server, time zone {settings.TIME_ZONE}"


CHECKS = {
    "database": SelfCheck("database", database),
    "broker": SelfCheck("broker", broker),
    "fonts": SelfCheck("fonts", fonts),
    "translations": SelfCheck("translations", translations),
    "history": SelfCheck("history triggers", history),
    "disk": SelfCheck("disk", disk),
    "clock": SelfCheck("clock", clock),
}
