"""One act, one transaction, one name in the history."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from django.db import connection, transaction

from imbudget.kit.actor import Actor
from imbudget.kit.history import record_context

P = ParamSpec("P")
R = TypeVar("R")


def act(service: Callable[Concatenate[Actor, P], R]) -> Callable[Concatenate[Actor, P], R]:
    """Run a service in one transaction whose history rows carry the actor and their address."""

    @wraps(service)
    def run(actor: Actor, *args: P.args, **kwargs: P.kwargs) -> Any:
        with transaction.atomic():
            record_context(actor.user_id, actor.address, service.__name__)
            return service(actor, *args, **kwargs)

    return run


def clockwork(service: Callable[P, R]) -> Callable[P, R]:
    """Run what the clock does in one transaction under its own name; inside of somebody's act it is a part of that."""

    @wraps(service)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if connection.in_atomic_block:
            with transaction.atomic():
                return service(*args, **kwargs)
        with transaction.atomic():
            record_context(None, "", service.__name__)
            return service(*args, **kwargs)

    return run
