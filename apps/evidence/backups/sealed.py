"""Files sealed as a stream: pieces under SM4-GCM, each bound to its file, its place and whether it is the last.

A file is pieces of up to 1 MiB: length of the ciphertext (4 bytes), ciphertext, tag (16). The nonce is the number of the piece
(8 bytes) and 1 for the last one (4 bytes), under a key of the file's own, so that no nonce comes twice; what is authenticated
with it is the backup's id and the file's name. A cut file has no last piece. `AES-256-GCM` may take the place of SM4 (manifest).
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from imbudget.kit.crypto import mac

PIECE: Final = 1 << 20
TAG: Final = 16
LENGTH: Final = 4
CIPHERS: Final = {"SM4-GCM": (algorithms.SM4, 16), "AES-256-GCM": (algorithms.AES, 32)}


class Unsound(Exception):
    """A backup that was cut, changed, put together from others, or is under a key that we do not have."""


def key_for(data_key: bytes, cipher: str, purpose: str) -> bytes:
    """The key of one file out of the data key of a backup."""
    return mac(data_key, f"{cipher}:{purpose}".encode())[: CIPHERS[cipher][1]]


class Sealed:
    """Seals or opens the pieces of one file."""

    def __init__(self, data_key: bytes, cipher: str, backup: str, name: str) -> None:
        self.algorithm = CIPHERS[cipher][0](key_for(data_key, cipher, name))
        self.bound = f"{backup}\n{name}".encode()

    def seal(self, number: int, last: bool, piece: bytes) -> bytes:
        """A piece as it lies in the file."""
        encryptor = Cipher(self.algorithm, modes.GCM(_nonce(number, last))).encryptor()
        encryptor.authenticate_additional_data(self.bound)
        body = encryptor.update(piece) + encryptor.finalize()
        return len(body).to_bytes(LENGTH) + body + encryptor.tag

    def open(self, number: int, last: bool, body: bytes, tag: bytes) -> bytes:
        """The piece; raises Unsound."""
        decryptor = Cipher(self.algorithm, modes.GCM(_nonce(number, last), tag)).decryptor()
        decryptor.authenticate_additional_data(self.bound)
        try:
            return decryptor.update(body) + decryptor.finalize()
        except InvalidTag as error:
            raise Unsound(
                f"{self.bound.decode().splitlines()[-1]}: piece {number} was changed, moved or cut off"
            ) from error


class SealedWriter:
    """A file that is only written to: seals piece by piece; the SM3 of what lies on the disk is its `digest`."""

    def __init__(self, path: Path, sealed: Sealed) -> None:
        self.sealed, self.number, self.size, self.plain = sealed, 0, 0, 0
        self._file = path.open("xb")
        self._digest = hashes.Hash(hashes.SM3())
        self._rest = bytearray()
        self.digest = ""

    def write(self, data: bytes) -> int:
        """Take more of the content."""
        self._rest += data
        self.plain += len(data)
        while len(self._rest) > PIECE:  # never the last piece: that is written by `close`
            self._put(bytes(self._rest[:PIECE]), last=False)
            del self._rest[:PIECE]
        return len(data)

    def close(self) -> None:
        """The last piece; afterwards the file lies on the disk for good."""
        self._put(bytes(self._rest), last=True)
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self.digest = self._digest.finalize().hex()

    def _put(self, piece: bytes, last: bool) -> None:
        raw = self.sealed.seal(self.number, last, piece)
        self._file.write(raw)
        self._digest.update(raw)
        self.number, self.size = self.number + 1, self.size + len(raw)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, *_rest: object) -> None:
        if kind is None:
            self.close()
        else:
            self._file.close()


def opened(path: Path, sealed: Sealed) -> Iterator[bytes]:
    """The content piece by piece; raises Unsound where a piece is not what was sealed, or the end is missing."""
    with path.open("rb") as file:
        head, number = file.read(LENGTH), 0
        while True:
            body, tag = _read(file, head), file.read(TAG)
            head = file.read(LENGTH)
            last = not head
            yield sealed.open(number, last, body, tag)
            if last:
                return
            number += 1


def _read(file: BinaryIO, head: bytes) -> bytes:
    size = int.from_bytes(head)
    if len(head) != LENGTH or size > PIECE:
        raise Unsound("a file of the backup is cut off or was changed")
    return file.read(size)


def _nonce(number: int, last: bool) -> bytes:
    return number.to_bytes(8) + int(last).to_bytes(4)


def wrap(kek: bytes, cipher: str, backup: str, data_key: bytes) -> str:
    """The data key under the key of keys, as hexadecimal digits."""
    algorithm, nonce = CIPHERS[cipher][0](key_for(kek, cipher, "wrap")), os.urandom(12)
    encryptor = Cipher(algorithm, modes.GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data(backup.encode())
    return (nonce + encryptor.update(data_key) + encryptor.finalize() + encryptor.tag).hex()


def unwrap(kek: bytes, cipher: str, backup: str, wrapped: str) -> bytes:
    """The data key; raises Unsound where the key of keys is another."""
    raw = bytes.fromhex(wrapped)
    nonce, body, tag = raw[:12], raw[12:-TAG], raw[-TAG:]
    try:
        decryptor = Cipher(CIPHERS[cipher][0](key_for(kek, cipher, "wrap")), modes.GCM(nonce, tag)).decryptor()
        decryptor.authenticate_additional_data(backup.encode())
        return decryptor.update(body) + decryptor.finalize()
    except (InvalidTag, ValueError) as error:
        raise Unsound("the key of the backup does not open under our key: it is foreign, or was changed") from error
