"""What tests of every app share; nothing of the product imports it."""
