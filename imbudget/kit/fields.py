"""Model fields for personal data: encrypted text, and a blind index to find it by."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import FieldError
from django.db import models

from imbudget.kit import crypto
from imbudget.kit.forms import TextField
from imbudget.kit.text import strip


class EncryptedTextField(models.Field):
    """Text that the database sees only encrypted (ID numbers, accounts, phones); '' is stored as no bytes.

    A value is bound to its table and column. When either is renamed, or a table holds copies of another's bytes,
    `bound_to="old_table.old_column"` names the place it was encrypted for.
    """

    description = "encrypted text"

    def __init__(self, *args: Any, bound_to: str = "", **kwargs: Any) -> None:
        kwargs.setdefault("default", "")
        self.bound_to = bound_to
        self.origin = bound_to
        super().__init__(*args, **kwargs)

    def contribute_to_class(self, cls: Any, name: str, private_only: bool = False) -> None:
        """Remember the first table: simple-history copies this field object, as its triggers copy the bytes."""
        super().contribute_to_class(cls, name, private_only)
        if not self.origin and not cls._meta.abstract:
            self.origin = f"{cls._meta.db_table}.{self.column}"

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "bound_to": self.bound_to} if self.bound_to else kwargs

    @property
    def column_name(self) -> str:
        """What the value is bound to: table and column."""
        return self.origin

    def get_internal_type(self) -> str:
        return "BinaryField"

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        if value is None and self.null:
            return None
        return connection.Database.Binary(crypto.encrypt(str(value), self.column_name) if value else b"")

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> str | None:
        if value is None:
            return None
        return crypto.decrypt(bytes(value), self.column_name) if value else ""

    def get_lookup(self, lookup_name: str) -> Any:
        if lookup_name != "isnull":
            raise FieldError("An encrypted field cannot be searched: use its blind index.")
        return super().get_lookup(lookup_name)

    def value_to_string(self, obj: Any) -> str:
        return self.value_from_object(obj)

    def to_python(self, value: Any) -> Any:
        return value

    def formfield(self, **kwargs: Any) -> Any:
        return TextField(label=self.verbose_name, required=not self.blank, help_text=self.help_text, max_length=200)


class SealedBytesField(models.BinaryField):
    """Bytes that the database sees only encrypted: messages and papers in which accounts of persons stand.

    To the schema it is the BinaryField that it may have been before; what was written then is read as it is until
    `rotate_keys` has been run. Empty bytes stay empty.
    """

    description = "encrypted bytes"

    def deconstruct(self) -> Any:
        name, _path, args, kwargs = super().deconstruct()
        return name, "django.db.models.BinaryField", args, kwargs

    @property
    def column_name(self) -> str:
        """What the value is bound to: table and column."""
        return f"{self.model._meta.db_table}.{self.column}"

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        sealed = crypto.encrypt_bytes(bytes(value), self.column_name) if value else value
        return super().get_db_prep_value(sealed, connection, prepared)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> bytes | None:
        return None if value is None else crypto.opened(bytes(value), self.column_name)


def plain(text: str) -> str:
    """The normal form that is indexed: without blanks and hyphens."""
    return strip(text).replace(" ", "").replace("-", "").upper()


class BlindIndexField(models.BinaryField):
    """HMAC of another field's value, filled at each save; `filter(phone_index="138 0000 0000")` finds the value.

    `source` names the encrypted field of the same model; `update()` and `save(update_fields=…)` of the source
    must set the index with it (`value_of`). Equal values of two tables have equal indexes only where both are bound
    to one place (`bound_to="table.column"`): elsewhere nobody can tell that two rows name the same person.
    """

    def __init__(
        self,
        *args: Any,
        source: str = "",
        normalise: Callable[[str], str] = plain,
        bound_to: str = "",
        **kwargs: Any,
    ) -> None:
        self.source = source
        self.bound_to = bound_to
        self.normalise = normalise
        kwargs |= {"editable": False, "max_length": 16, "db_index": True, "default": b""}
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        bound = {"bound_to": self.bound_to} if self.bound_to else {}
        return name, path, args, {**kwargs, "source": self.source, **bound}

    @property
    def column_name(self) -> str:
        """What the index is bound to: table and column."""
        return self.bound_to or f"{self.model._meta.db_table}.{self.source}"

    def value_of(self, text: str) -> bytes:
        """The index of a value to look for; b'' for no value."""
        return crypto.blind_index(self.normalise(text), self.column_name) if text else b""

    def get_prep_value(self, value: Any) -> Any:
        """Text is what to look for; bytes are an index already."""
        return super().get_prep_value(self.value_of(value) if isinstance(value, str) else value)

    def pre_save(self, model_instance: Any, add: bool) -> bytes:
        value = self.value_of(getattr(model_instance, self.source) or "")
        setattr(model_instance, self.attname, value)
        return value


def rotate(queryset: Any, name: str) -> int:
    """Encrypt under the current key what still lies under an old one; returns how many rows changed.

    A row that someone changes meanwhile is left alone: it was written under the current key. For few rows; whole tables are
    moved by `manage.py rotate_keys`.
    """
    field = queryset.model._meta.get_field(name)
    current = crypto.current_key_id()
    changed = 0
    raw = models.functions.Cast(models.F(name), models.BinaryField())
    for pk, stored in queryset.annotate(raw_value=raw).values_list("pk", "raw_value").iterator(2000):
        if stored and crypto.key_of(bytes(stored)) != current:
            clear = crypto.decrypt(bytes(stored), field.column_name)
            same = queryset.model._base_manager.annotate(raw_value=raw).filter(pk=pk, raw_value=bytes(stored))
            changed += same.update(**{name: clear})
    return changed


def mask_phone(text: str) -> str:
    """138****5678; shorter numbers keep their last two digits."""
    return f"{text[:3]}****{text[-4:]}" if len(text) >= 11 else "*" * max(0, len(text) - 2) + text[-2:]


def mask_id(text: str) -> str:
    """150***********1234: first three and last four."""
    return text[:3] + "*" * max(0, len(text) - 7) + text[-4:] if len(text) > 7 else "*" * len(text)


def mask_account(text: str) -> str:
    """Only the last four digits of an account."""
    return "*" * max(0, len(text) - 4) + text[-4:]
