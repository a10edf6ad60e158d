"""用户: people, their posts, and sign-in security.

Owns: who holds which role at which node and when, the separation of the three administrators, passwords,
lock-out, sessions, and the actor of each request. Never: what a role means for a budget or a payment.
"""
