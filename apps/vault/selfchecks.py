"""What `manage.py selfcheck` looks at in the keys."""

from apps.vault.models import DataKey
from apps.vault.store import context_of
from imbudget.kit import crypto
from imbudget.kit.registry import SelfCheck
from imbudget.kit.selfchecks import CheckFailed
from imbudget.kit.wrapping import provider


def data_keys() -> str:
    """Every data key unwraps, and one of them encrypts."""
    if not crypto.has_envelopes():
        return f"no envelope keys: values lie directly under {crypto.current_key_id()} of FIELD_KEYS"
    modul = provider()
    keys = DataKey.objects.exclude(state=DataKey.State.DESTROYED).order_by("number")
    for key in keys:
        try:
            modul.unwrap(bytes(key.wrapped), context_of(key.number, key.algorithm))
        except crypto.DecryptionError as error:
            raise CheckFailed(f"{key}: {error}") from error
    if not any(key.state == DataKey.State.IN_USE for key in keys):
        raise CheckFailed("no data key is in use (run: make_data_key)")
    return f"{len(keys)} data keys unwrap, {crypto.current_key_id()} encrypts"


CHECKS = {"data_keys": SelfCheck("encryption keys", data_keys)}
