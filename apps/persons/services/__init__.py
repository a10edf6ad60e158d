"""What is done about personal data: shown in clear, taken away, looked for, answered, done away with."""

from apps.persons.services.exporting import mark_of, release_file
from apps.persons.services.incidents import (
    change_incident,
    close_incident,
    file_incident,
    list_affected,
    tell_authority,
    tell_persons,
)
from apps.persons.services.inspecting import copy_for_person, inspect_person
from apps.persons.services.keeping import keep_periods, set_period
from apps.persons.services.processing import end_processing, record_processing
from apps.persons.services.requests import close_request, file_request
from apps.persons.services.showing import alarming, note_shown, show

__all__ = [
    "alarming",
    "change_incident",
    "close_incident",
    "close_request",
    "copy_for_person",
    "end_processing",
    "file_incident",
    "file_request",
    "inspect_person",
    "keep_periods",
    "list_affected",
    "mark_of",
    "note_shown",
    "record_processing",
    "release_file",
    "set_period",
    "show",
    "tell_authority",
    "tell_persons",
]
