"""Who may do what in the review; each answer carries its reason."""
