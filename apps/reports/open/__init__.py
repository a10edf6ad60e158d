"""Open data of what regions have published: rows, files and their descriptor. Only frozen rows are read."""
