"""What persons leaves in the record of key operations, in the audit log, and tells people."""

from django.utils.translation import gettext_lazy as _

EVENTS = {
    "persons.request_filed": _("request of a person filed"),
    "persons.request_closed": _("request of a person answered"),
    "persons.data_ended": _("data done away with at the end of its period"),
    "persons.period_changed": _("period of keeping changed"),
}
AUDIT = {
    "persons.unmasked": _("personal data shown in clear"),
    "persons.exported": _("personal data taken away in a file"),
    "persons.limit_reached": _("limit of personal data shown in a day reached"),
    "persons.inspected": _("looked for what is held about a person"),
    "persons.copied": _("copy of a person's data made for them"),
}
NOTICES = {
    "persons.limit_reached": (
        _("%(person)s (%(post)s) has reached the limit of personal data shown in a day: %(count)s rows."),
        _("limit of personal data reached"),
    ),
}
