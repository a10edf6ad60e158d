"""A field for one attached file: with script it is sent ahead with its progress, without script it comes with the form."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.files.content import ALLOWED, ending_of
from apps.files.models import StoredFile


class UploadWidget(forms.Widget):
    """A file field with a bar; `NAME-id` carries the id of the file that was sent ahead, or of the present one."""

    template_name = "files/_upload.html"
    needs_multipart_form = True

    def __init__(self, allowed: Collection[str] = ALLOWED, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.allowed = tuple(allowed)
        self.place: dict[str, str] = {}

    def at(self, region_id: int | None = None, unit_id: int | None = None) -> None:
        """Say to which place a file that is sent ahead belongs; without it, to the post's own."""
        self.place = {name: str(pk) for name, pk in (("region", region_id), ("unit", unit_id)) if pk is not None}

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        stored = value if isinstance(value, StoredFile) else None
        accept = ",".join(f".{ending}" for ending in self.allowed)
        extra = {"stored": stored, "file_id": _id_of(value), "accept": accept}
        context["widget"] |= extra | {"url": reverse("files:upload"), "place": self.place}
        return context

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        return files.get(name) or data.get(f"{name}-id", "")

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return name not in files and f"{name}-id" not in data


class UploadField(forms.Field):
    """Cleans to an uploaded file, the id of one sent ahead, or None; `services.take_file` takes either."""

    widget = UploadWidget

    def __init__(self, *, allowed: Collection[str] = ALLOWED, **kwargs: Any) -> None:
        kwargs.setdefault("widget", UploadWidget(allowed))
        super().__init__(**kwargs)
        self.allowed = tuple(allowed)

    def clean(self, value: Any) -> UploadedFile | UUID | None:
        if isinstance(value, StoredFile):
            return value.pk
        if isinstance(value, UploadedFile):
            self._check_ending(value)
            return value
        super().clean(value)
        try:
            return UUID(str(value)) if value else None
        except ValueError as error:
            raise ValidationError(_("The attached file is not there any more. Attach it once more.")) from error

    def _check_ending(self, file: UploadedFile) -> None:
        if ending_of(file.name or "") not in self.allowed:
            text = _("%(name)s: files of this kind are not taken here. Send one of: %(endings)s.")
            raise ValidationError(text, params={"name": file.name, "endings": ", ".join(self.allowed)})


def _id_of(value: Any) -> str:
    """The id to carry on; a file that came with a form which is shown again must be chosen once more."""
    if isinstance(value, StoredFile):
        return str(value.pk)
    return "" if isinstance(value, UploadedFile) or value is None else str(value)
