"""What the project library records as evidence."""

from django.utils.translation import gettext_lazy as _

EVENTS = {
    "projects.created": _("project begun"),
    "projects.saved": _("project saved"),
    "projects.copied": _("project continued from last year"),
    "projects.attached": _("file attached to a project"),
    "projects.detached": _("attachment of a project taken away"),
    "projects.abandoned": _("project abandoned"),
    "projects.submitted": _("project handed in"),
    "projects.withdrawn": _("project taken back"),
    "projects.returned": _("project returned"),
    "projects.approved": _("project approved"),
    "projects.ranked": _("urgency of a project ranked"),
    "projects.stored": _("project put into the store"),
    "projects.refused": _("project not admitted"),
    "projects.imported": _("projects imported"),
    "projects.change_saved": _("request to change a project saved"),
    "projects.change_submitted": _("request to change a project handed in"),
    "projects.change_withdrawn": _("request to change a project taken back"),
    "projects.change_returned": _("request to change a project returned"),
    "projects.change_refused": _("request to change a project refused"),
    "projects.changed": _("stored project changed"),
    "projects.terminated": _("project terminated"),
    "projects.catalogue_saved": _("catalogue of projects changed"),
    "projects.catalogue_imported": _("catalogue of projects imported"),
    "projects.setting_saved": _("project settings of a region changed"),
}
# Of the approval of a project, and of what ended or changed it.
RECEIPTS = {
    "projects.project": (
        "projects.submitted",
        "projects.approved",
        "projects.stored",
        "projects.refused",
        "projects.changed",
        "projects.terminated",
    ),
}
