"""Where attached files lie: under MEDIA_ROOT, which no web server serves, readable by the product alone."""

from pathlib import Path

from django.core.files.storage import FileSystemStorage

FOLDER, INCOMING = "attachments", "incoming"


class AttachmentStorage(FileSystemStorage):
    """Files by random names; they have no address of their own, only `files:file` gives them out."""

    def __init__(self) -> None:
        super().__init__(file_permissions_mode=0o600, directory_permissions_mode=0o700)

    @property
    def base_location(self) -> str:
        return str(Path(super().base_location) / FOLDER)

    @property
    def location(self) -> str:
        return str(Path(self.base_location).absolute())

    def url(self, name: str | None) -> str:
        raise ValueError("attached files have no address in the storage")

    def folder_of(self, name: str) -> Path:
        """The folder of a name, made where it is missing."""
        folder = Path(self.path(name)).parent
        Path(self.location).mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
        return folder


def attachments() -> AttachmentStorage:
    """The storage of attached files."""
    return AttachmentStorage()
