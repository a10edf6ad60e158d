"""工作台: the home pages, the figures of the roll-out. Reads all apps, owns no business rule; changes none of their rows."""
