"""What the script of a score sheet says while it saves; it knows no language itself."""

from django.utils.translation import gettext_lazy as _

TEXTS = {
    "changed": _("Not saved yet."),
    "saving": _("Saving…"),
    "saved": _("Saved {time}."),
    "kept": _("Saved, but some cells could not be read: they are marked, and this browser keeps them."),
    "offline": _("No connection. What you type is kept in this browser and saved when the connection is back."),
    "failed": _("Saving failed; it is tried again. What you type is kept in this browser."),
    "signed_out": _("You are signed out. Sign in in another window: what you typed is kept in this browser."),
    "refused": _("Not saved: {reason}"),
    "restored": _("What this browser kept from last time has been brought back."),
    "other": _("This browser keeps what you typed here last time, but the sheet was saved elsewhere since."),
    "restore": _("bring mine back"),
    "forget": _("forget mine"),
    "reload": _("load again"),
    "unsafe": _("This browser can keep nothing: stay on the page until it is saved."),
}
