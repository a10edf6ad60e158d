"""What each role begins with: one module a role; nothing here is asked that the post does not see or the region does not have."""

from apps.dashboard.selectors.homes.cards import cards_of, home_of

__all__ = ["cards_of", "home_of"]
