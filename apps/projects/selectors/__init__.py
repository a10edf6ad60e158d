"""What pages ask about projects."""
