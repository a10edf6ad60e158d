"""Messages as they came in: kept whole before anybody believes them, in parts where they are long."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from tempfile import TemporaryFile
from typing import BinaryIO

from django.db import IntegrityError, connection, transaction
from django.db.models import F

from apps.disbursement.models import InMessage, TreasuryLink
from imbudget.kit import crypto
from imbudget.kit.crypto import sm3_of_stream

PART = 4 * 1024 * 1024  # bytes of a message that one row holds
PART_COLUMN = "disbursement_messagepart.raw"
# Bytes as they are: written as text they are twice as many, several times over in memory.
PARTS_IN = "COPY disbursement_messagepart (message_id, number, raw) FROM STDIN (FORMAT BINARY)"
PARTS_OUT = """
COPY (SELECT raw FROM disbursement_messagepart WHERE message_id = %s ORDER BY number) TO STDOUT (FORMAT BINARY)
"""


def keep(link: TreasuryLink, raw: bytes | BinaryIO) -> InMessage:
    """The message as it is; the same bytes again are counted on the row that keeps them."""
    source = BytesIO(raw) if isinstance(raw, bytes) else raw
    source.seek(0)
    digest = sm3_of_stream(source)
    size = source.tell()
    source.seek(0)
    again = InMessage.objects.filter(link=link, digest=digest)
    if again.update(times=F("times") + 1):
        return again.get()
    try:
        with transaction.atomic():
            return _keep_new(link, digest, size, source)
    except IntegrityError:  # it came over two lines at once
        again.update(times=F("times") + 1)
        return again.get()


def _keep_new(link: TreasuryLink, digest: str, size: int, source: BinaryIO) -> InMessage:
    if size <= PART:
        return InMessage.objects.create(link=link, digest=digest, size=size, raw=source.read())
    message = InMessage.objects.create(link=link, digest=digest, size=size, raw=b"")
    with connection.cursor() as cursor, cursor.copy(PARTS_IN) as copy:
        copy.set_types(["int8", "int4", "bytea"])
        number = 0
        while piece := source.read(PART):
            number += 1
            copy.write_row((message.pk, number, crypto.encrypt_bytes(piece, PART_COLUMN)))
    return message


@contextmanager
def opened(message: InMessage) -> Iterator[BinaryIO]:
    """The bytes of a message from their beginning; a long one comes by a temporary file, so that it fits any memory."""
    if message.raw or message.size <= PART:
        yield BytesIO(bytes(message.raw))
        return
    with TemporaryFile() as file:
        with connection.cursor() as cursor, cursor.copy(PARTS_OUT, [message.pk]) as copy:
            copy.set_types(["bytea"])
            for (piece,) in copy.rows():
                file.write(crypto.opened(bytes(piece), PART_COLUMN))
        file.seek(0)
        yield file
