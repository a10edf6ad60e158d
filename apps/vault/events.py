"""What the vault records as evidence: each act on a key."""

from django.utils.translation import gettext_lazy as _

EVENTS = {
    "vault.key_made": _("encryption key made"),
    "vault.key_used": _("encryption key put in use"),
    "vault.key_retired": _("encryption key retired"),
    "vault.key_rewrapped": _("encryption key wrapped anew"),
    "vault.key_emptied": _("encryption key no longer needed"),
    "vault.rotated": _("encrypted data moved to the key in use"),
    "vault.destruction_proposed": _("destruction of a key proposed"),
    "vault.destruction_refused": _("destruction of a key refused"),
    "vault.key_destroyed": _("encryption key destroyed"),
}
