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
    "accounts.factor_added": _("second factor added"),
    "accounts.factor_removed": _("second factor removed"),
    "accounts.factor_reset": _("second factors reset"),
    "accounts.factor_loss_reported": _("loss of a second factor reported"),
    "accounts.factor_loss_decided": _("loss of a second factor decided"),
    "accounts.recovery_codes_made": _("recovery codes made"),
    "accounts.recovery_code_used": _("recovery code used"),
    "accounts.post_proposed": _("post proposed"),
    "accounts.post_proposal_decided": _("proposed post decided"),
    "accounts.signatures_set": _("signatures that ask again set"),
    "accounts.clearances_set": _("security labels of roles set"),
    "accounts.dormant_deactivated": _("account unused for long switched off"),
}

# What is looked at and refused: the audit log's words.
KINDS = {
    "accounts.factor_refused": _("second factor refused"),
    "accounts.address_slowed": _("address slowed after many failed sign-ins"),
    "accounts.proved_again": _("proved again before a signature"),
}
