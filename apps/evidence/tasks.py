"""The sealer's schedule."""

from celery import shared_task

from apps.evidence import services


@shared_task(name="evidence.seal")
def seal() -> int:
    """Seal what is ready."""
    return services.seal()
