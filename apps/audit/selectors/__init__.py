"""What is read of the logs."""
