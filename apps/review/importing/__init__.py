"""Reading table files of experts: the head and its columns, each row, and what is said about both."""
