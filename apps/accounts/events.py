"""What accounts records as evidence."""

from django.utils.translation import gettext_lazy as _

EVENTS = {
    "accounts.signed_in": _("signed in"),
    "accounts.sign_in_failed": _("sign-in failed"),
    "accounts.signed_out_everywhere": _("signed out everywhere"),
    "accounts.password_changed": _("password changed"),
    "accounts.post_given": _("post given"),
    "accounts.post_ended": _("post ended"),
    "accounts.post_switched": _("post switched"),
    "accounts.rights_aligned": _("rights brought into line with posts"),
    "accounts.user_created": _("user created"),
    "accounts.user_changed": _("user changed"),
    "accounts.user_deactivated": _("user deactivated"),
    "accounts.user_activated": _("user activated"),
    "accounts.password_reset": _("password reset"),
    "accounts.unlocked": _("sign-in unlocked"),
}
