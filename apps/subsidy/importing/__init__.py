"""Files of the registers: which columns they have, and the work on their cells, which needs no database."""
