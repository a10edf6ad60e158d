"""Lines of a document from a table file."""
