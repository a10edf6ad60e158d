"""The demonstration's people at their desks: who holds a post, who signs, a document on its whole way."""

from typing import Any

from apps.accounts.actors import actor_of
from apps.accounts.models import Post
from apps.ledger import services as ledger
from apps.ledger.models import AuthorityDocument
from apps.ledger.services.lines import LineInput
from apps.lowcode.models import Task
from apps.lowcode.services import tasks
from apps.regions.models import Region
from imbudget.kit.actor import Actor

OFFICERS = ("banner_officer", "league_officer", "region_officer")


def holder(role: str, **node: Any) -> Actor:
    """The first one who holds this post; LookupError where nobody does."""
    post = Post.objects.with_nodes().select_related("user").filter(role=role, **node).order_by("pk").first()
    if post is None:
        raise LookupError(f"nobody is {role} of {', '.join(map(str, node.values()))}")
    return actor_of(post)


def officer(region: Region) -> Actor:
    """The budget officer of a region."""
    return holder(OFFICERS[2 - min(region.level, 2)], region=region)


def sign(document: AuthorityDocument) -> None:
    """Everybody whose signature the flow asks for signs, one after the other."""
    while True:
        waiting = Task.objects.filter(case__subject="ledger.document", case__document_id=document.pk, state="open")
        task = waiting.order_by("pk").first()
        if task is None:
            break
        post = Post.objects.with_nodes().select_related("user").get(pk=task.post_id)
        tasks.approve(actor_of(post), task)
    document.refresh_from_db()


def carry_through(actor: Actor, document: AuthorityDocument, lines: list[LineInput]) -> AuthorityDocument:
    """Give a draft its lines, hand it in, have it signed and posted."""
    ledger.save_document(actor, document, document.revision, {}, lines)
    ledger.submit_document(actor, document)
    sign(document)
    return document
