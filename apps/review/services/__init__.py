"""The verbs of the review; import the module of the verb: `from apps.review.services import draws`."""
