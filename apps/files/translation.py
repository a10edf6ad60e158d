"""The history of attached files."""

from apps.files.models import StoredFile
from imbudget.kit.historybase import keep_history

keep_history(StoredFile, "apps.files")
