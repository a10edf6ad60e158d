"""Reading table files of projects: the head and its columns, each row, and what is said about both."""
