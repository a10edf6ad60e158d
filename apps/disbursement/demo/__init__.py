"""Payments of the demonstration: asked for, signed, paid and reconciled over the months by the acts of its people."""
