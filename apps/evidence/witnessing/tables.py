"""The lists of anchors and of witnesses."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from imbudget.kit.signing import key_id_of
from imbudget.kit.tables import Column, Table


def checkpoint_of(row: object) -> str:
    """The page of the checkpoint of a row."""
    return reverse("evidence:checkpoint", args=[row.checkpoint_id])  # type: ignore[attr-defined]


class AnchorTable(Table):
    columns = (
        Column(
            "checkpoint",
            _("checkpoint"),
            path="checkpoint_id",
            kind="code",
            link=checkpoint_of,
            link_reads=("checkpoint_id",),
        ),
        Column("made_at", _("made at"), path="checkpoint.made_at", kind="date"),
        Column("state", _("state"), kind="state"),
        Column("chain_id", _("chain"), kind="code"),
        Column("block", _("block"), kind="code"),
        Column("transaction", _("transaction"), kind="code"),
        Column("confirmations", _("confirmations"), kind="count"),
        Column("error", _("failure")),
        Column("attempts", _("attempts"), kind="count", optional=True),
        Column(
            "digest",
            _("digest (SM3)"),
            kind="code",
            reads=("digest",),
            of=lambda digest: bytes(digest).hex(),
            optional=True,
        ),
        Column("contract", pgettext_lazy("chain", "contract"), kind="code", optional=True),
        Column("account", pgettext_lazy("chain", "account"), kind="code", optional=True),
        Column("confirmed_at", _("confirmed at"), kind="date", optional=True),
    )
    default_sort = "-pk"


class PeerTable(Table):
    columns = (
        Column("name", _("name"), link=True),
        Column("state", _("state"), kind="state"),
        Column("origin", _("name of the log"), kind="code"),
        Column(
            "public_key", _("signing key"), kind="code", reads=("public_key",), of=lambda key: key_id_of(bytes(key))
        ),
        Column("heard_at", _("last heard of"), kind="date"),
        Column("seen_number", _("our checkpoint that it holds"), kind="code"),
        Column("error", _("failure")),
        Column("address", _("address"), kind="code", optional=True),
        Column("folder", _("folder"), kind="code", optional=True),
        Column("ended_at", _("ended at"), kind="date", optional=True),
    )
    default_sort = "name"
