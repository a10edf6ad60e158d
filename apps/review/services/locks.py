"""Locks of the review, taken in one order: case, review, publicity, dossier, project."""

from apps.review.models import Dossier, Publicity, Review


def lock_review(review: Review) -> None:
    """Wait for other acts on the review, its panel, its sheets and its conclusion, and read it anew with its region."""
    review.refresh_from_db(from_queryset=Review.objects.select_for_update(of=("self",)).select_related("region"))


def lock_publicity(publicity: Publicity) -> None:
    """Wait for other acts on the notice and its objections, and read it anew."""
    publicity.refresh_from_db(from_queryset=Publicity.objects.select_for_update(of=("self",)))


def lock_dossier(dossier: Dossier) -> None:
    """Wait for other acts on the reviews of a project, and read them anew."""
    dossier.refresh_from_db(from_queryset=Dossier.objects.select_for_update(of=("self",)))
