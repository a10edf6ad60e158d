"""What persons leaves in the record of key operations, in the audit log, and tells people."""

from django.utils.translation import gettext_lazy as _

EVENTS = {
    "persons.request_filed": _("request of a person filed"),
    "persons.request_closed": _("request of a person answered"),
    "persons.data_ended": _("data done away with at the end of its period"),
    "persons.period_changed": _("period of keeping changed"),
    "persons.incident_filed": _("incident with personal data written down"),
    "persons.incident_changed": _("incident with personal data changed"),
    "persons.incident_authority_told": _("authority told of an incident"),
    "persons.incident_persons_told": _("persons told of an incident"),
    "persons.incident_closed": _("incident with personal data closed"),
    "persons.processing_recorded": _("processing of personal data recorded"),
    "persons.processing_ended": _("end of a processing recorded"),
}
AUDIT = {
    "persons.unmasked": _("personal data shown in clear"),
    "persons.exported": _("personal data taken away in a file"),
    "persons.limit_reached": _("limit of personal data shown in a day reached"),
    "persons.inspected": _("looked for what is held about a person"),
    "persons.affected_listed": _("list of those whom an incident concerns made"),
    "persons.copied": _("copy of a person's data made for them"),
}
NOTICES = {
    "persons.limit_reached": (
        _("%(person)s (%(post)s) has reached the limit of personal data shown in a day: %(count)s rows."),
        _("limit of personal data reached"),
    ),
}
