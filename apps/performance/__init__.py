"""Performance (绩效): indicators, what projects are to reach in a year and what they reached, lamps, evaluation and its use.

It reads payments, rosters, reviews and approvals through the selectors of their apps and changes none of them: a payment
is held back through `kit.registry.payment_watchers`, the budget shows a result through `kit.registry.panels`.
"""
