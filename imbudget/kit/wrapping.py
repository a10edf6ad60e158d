"""Who wraps data keys: a certified module in production, keys of the environment (WRAPPING_KEYS) in small installations.

Only data keys pass through a provider, once for each process: values are encrypted here under the unwrapped key, so that a
million rows do not wait for a module. `context` names what is wrapped and must be authenticated with it: wrapped bytes
moved to another row of the vault do not unwrap.
"""

import os
from typing import Any, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string
from django.views.decorators.debug import sensitive_variables

from imbudget.kit.crypto import NONCE, TAG, DecryptionError, mac

SECRET = 32  # bytes of a data key


class Provider(Protocol):
    """What a certified module (密码机) has to do; its class is named by KEY_PROVIDER and made without arguments."""

    def generate(self) -> bytes:
        """32 random bytes: the secret of a new data key."""

    def wrap(self, secret: bytes, context: bytes) -> bytes:
        """The secret as it may be stored, under the module's newest key."""

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        """The secret again. Raises DecryptionError for what was changed, moved, or wrapped elsewhere."""

    def key_id(self, wrapped: bytes) -> str:
        """What the key that these bytes lie under is called."""

    def current_id(self) -> str:
        """What the newest key is called: what lies under another one is wrapped anew by `rotate_keys`."""


class SoftwareProvider:
    """Wraps by SM4-GCM under the keys of the environment; for demonstration, tests and small installations.

    length of key id | key id | nonce | ciphertext and tag
    """

    def __init__(self, keys: dict[str, bytes] | None = None) -> None:
        self._keys = settings.WRAPPING_KEYS if keys is None else keys
        if not self._keys:
            raise ImproperlyConfigured("Set the environment variable WRAPPING_KEYS (see docs/operations.md).")

    def generate(self) -> bytes:
        """As `Provider.generate`."""
        return os.urandom(SECRET)

    @sensitive_variables()
    def wrap(self, secret: bytes, context: bytes) -> bytes:
        """As `Provider.wrap`."""
        label, nonce = self.current_id(), os.urandom(NONCE)
        encryptor = Cipher(self._cipher(label), modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(context)
        body = encryptor.update(secret) + encryptor.finalize()
        return bytes([len(label)]) + label.encode() + nonce + body + encryptor.tag

    @sensitive_variables()
    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        """As `Provider.unwrap`."""
        label = self.key_id(wrapped)
        if label not in self._keys:
            raise DecryptionError(f"no key {label!r} among WRAPPING_KEYS")
        rest = wrapped[1 + len(label) :]
        nonce, body, tag = rest[:NONCE], rest[NONCE:-TAG], rest[-TAG:]
        decryptor = Cipher(self._cipher(label), modes.GCM(nonce, tag)).decryptor()
        decryptor.authenticate_additional_data(context)
        try:
            return decryptor.update(body) + decryptor.finalize()
        except InvalidTag as error:
            raise DecryptionError("the wrapped key was changed or belongs elsewhere") from error

    def key_id(self, wrapped: bytes) -> str:
        """As `Provider.key_id`."""
        if len(wrapped) < 1 + NONCE + TAG or len(wrapped) < 1 + wrapped[0] + NONCE + TAG:
            raise DecryptionError("not a wrapped key")
        return wrapped[1 : 1 + wrapped[0]].decode("ascii", "replace")

    def current_id(self) -> str:
        """As `Provider.current_id`."""
        return next(iter(self._keys))

    def _cipher(self, label: str) -> algorithms.SM4:
        return algorithms.SM4(mac(self._keys[label], b"wrap")[:16])


def provider() -> Provider:
    """Who wraps here; raises ImproperlyConfigured where nothing was given."""
    made: Any = import_string(settings.KEY_PROVIDER)() if settings.KEY_PROVIDER else SoftwareProvider()
    return made
