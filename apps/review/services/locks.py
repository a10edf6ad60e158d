"""Locks of the review, taken in one order: case, review, publicity, dossier, project."""

from apps.review.models import Dossier, Publicity, Review


def lock_review(review: Review) -> None:
    """Wait for other acts on the review, its panel, its sheets and its conclusion, and read it anew."""
    Review.objects.select_for_update(of=("self",)).get(pk=review.pk)
    review.refresh_from_db()


def lock_publicity(publicity: Publicity) -> None:
    """Wait for other acts on the notice and its objections, and read it anew."""
    Publicity.objects.select_for_update(of=("self",)).get(pk=publicity.pk)
    publicity.refresh_from_db()


def lock_dossier(dossier: Dossier) -> None:
    """Wait for other acts on the reviews of a project, and read them anew."""
    Dossier.objects.select_for_update(of=("self",)).get(pk=dossier.pk)
    dossier.refresh_from_db()
