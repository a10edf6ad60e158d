"""What is done with data keys."""
