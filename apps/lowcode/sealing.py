"""Personal and sensitive answers lie encrypted inside the stored JSON: `{"sealed": "<SM4-GCM, base64>"}`.

A value is bound to its field, so that one moved to another field does not open. Lists and exports show masked values.
"""

import base64
import binascii
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from apps.lowcode.schema.display import Masked
from apps.lowcode.schema.fields import Field
from apps.lowcode.schema.fields import FieldType as T
from imbudget.kit import crypto
from imbudget.kit.fields import mask_phone

SEALED = "sealed"
TABLE = "lowcode_answer"
PROTECTED = frozenset({"personal", "sensitive"})
SENSITIVE = frozenset({"sensitive"})


def seal(fields: Iterable[Field], values: Mapping[str, Any]) -> dict[str, Any]:
    """The values as they are stored."""
    return _walk(fields, values, "", _seal)


def unseal(fields: Iterable[Field], values: Mapping[str, Any]) -> dict[str, Any]:
    """The clear values of what is stored. Raises crypto.DecryptionError."""
    return _walk(fields, values, "", _unseal)


def masked(fields: Iterable[Field], values: Mapping[str, Any], classes: frozenset[str] = PROTECTED) -> dict[str, Any]:
    """Clear values with those of the given data classes masked: all protected ones in lists and exports."""

    def change(field: Field, value: Any, _path: str) -> Any:
        return mask(field, value) if field.data_class in classes else value

    return _walk(fields, values, "", change)


def reseal(values: Any, path: str = "") -> Any:
    """Stored values with what lies under an old key encrypted anew; walks the JSON itself and needs no definition."""
    if isinstance(values, dict) and set(values) == {SEALED}:
        stored = _bytes_of(values)
        if crypto.key_of(stored) == crypto.current_key_id():
            return values
        return _sealed(crypto.decrypt(stored, _column(path)), path)
    if isinstance(values, dict):
        return {key: reseal(value, f"{path}.{key}" if path else key) for key, value in values.items()}
    return [reseal(value, path) for value in values] if isinstance(values, list) else values


def _walk(
    fields: Iterable[Field], values: Mapping[str, Any], before: str, change: Callable[[Field, Any, str], Any]
) -> dict[str, Any]:
    done = dict(values)
    for field in fields:
        value, path = done.get(field.key), before + field.key
        if value is None:
            continue
        if field.type == T.TABLE:
            done[field.key] = [_walk(field.columns, row, f"{path}.", change) for row in value]
        elif field.protected:
            done[field.key] = change(field, value, path)
    return done


def _column(path: str) -> str:
    return f"{TABLE}.{path}"


def _sealed(clear: str, path: str) -> dict[str, str]:
    return {SEALED: base64.b64encode(crypto.encrypt(clear, _column(path))).decode()}


def _seal(field: Field, value: Any, path: str) -> Any:
    return _sealed(json.dumps(value, ensure_ascii=False), path)


def _unseal(field: Field, value: Any, path: str) -> Any:
    if not isinstance(value, dict) or SEALED not in value:
        return value  # written before the field became protected
    return json.loads(crypto.decrypt(_bytes_of(value), _column(path)))


def _bytes_of(value: Mapping[str, Any]) -> bytes:
    try:
        return base64.b64decode(value[SEALED], validate=True)
    except (binascii.Error, TypeError, ValueError) as error:
        raise crypto.DecryptionError("not an encrypted value") from error


def mask(field: Field, value: Any) -> Masked:
    """138****5678 for a telephone, the first character of a name or text, stars for everything else."""
    if field.type == T.PHONE:
        return Masked(mask_phone(str(value)))
    if field.type in (T.PERSON, T.TEXT, T.LONGTEXT):
        return Masked(f"{str(value)[:1]}**")
    return Masked("***")
