"""Pages that read all apps."""
