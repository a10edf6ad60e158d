"""A passkey in software, as a browser would answer for it: made with `cryptography` and `cbor2`, apart from the product."""

import base64
import hashlib
import json
import secrets
from typing import Any

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

PRESENT, VERIFIED, ATTESTED = 1, 4, 64


def text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


class Authenticator:
    """One key at one site."""

    def __init__(self, host: str, origin: str) -> None:
        self.host, self.origin = host, origin
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = secrets.token_bytes(32)
        self.count = 0

    def made(self, options: dict[str, Any]) -> str:
        """The answer to `navigator.credentials.create`."""
        numbers = self.key.public_key().public_numbers()
        key = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")})
        kept = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + key
        data = self._data(PRESENT | VERIFIED | ATTESTED) + kept
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        said = {"clientDataJSON": text(self._client("create", options)), "attestationObject": text(attestation)}
        return self._answer(said)

    def signed(self, options: dict[str, Any], flags: int = PRESENT | VERIFIED) -> str:
        """The answer to `navigator.credentials.get`."""
        self.count += 1
        data, client = self._data(flags), self._client("get", options)
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        said = {"clientDataJSON": text(client), "authenticatorData": text(data), "signature": text(signature)}
        return self._answer(said)

    def _data(self, flags: int) -> bytes:
        return hashlib.sha256(self.host.encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _client(self, how: str, options: dict[str, Any]) -> bytes:
        said = {"type": f"webauthn.{how}", "challenge": options["challenge"], "origin": self.origin}
        return json.dumps(said | {"crossOrigin": False}).encode()

    def _answer(self, said: dict[str, str]) -> str:
        answer = {"id": text(self.id), "rawId": text(self.id), "type": "public-key", "response": said}
        return json.dumps(answer | {"clientExtensionResults": {}})
