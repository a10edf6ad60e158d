"""Projects of the demonstration: brought in by the import, and some sent through their flow by the services."""
