"""What forms record as evidence."""

from django.utils.translation import gettext_lazy as _

EVENTS = {
    "lowcode.form_saved": _("form saved"),
    "lowcode.form_copied": _("form copied"),
    "lowcode.form_imported": _("form imported"),
    "lowcode.form_published": _("form published"),
    "lowcode.form_retired": _("form retired"),
    "lowcode.form_discarded": _("draft of a form discarded"),
    "lowcode.answer_saved": _("answers saved"),
}
