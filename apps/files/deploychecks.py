"""What `check --deploy` says about files."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Tags, Warning, register


@register(Tags.security, deploy=True)
def scan_command_is_set(**kwargs: Any) -> list[CheckMessage]:
    """Warn when nothing looks for malware in what people attach."""
    if settings.FILE_SCAN_COMMAND:
        return []
    hint = "Set FILE_SCAN_COMMAND to a scanner that gets the path of a file: exit code 0 clean, 1 infected."
    return [Warning("Attached files are not scanned for malware.", hint=hint, id="files.W001")]
