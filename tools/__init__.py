"""Set-up and run helpers: database, fonts, catalogues, demo. Nothing here imports Django on load."""
