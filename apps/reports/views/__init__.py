"""Documents from the browser."""
