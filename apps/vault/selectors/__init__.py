"""What is asked about keys and what lies under them."""
