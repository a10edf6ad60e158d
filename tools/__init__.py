"""Set-up and run helpers: database, fonts, catalogues, demo. Nothing here imports Django on load."""

import os

os.environ.setdefault("OPENPYXL_LXML", "False")  # sample workbooks are the same bytes with lxml and without
