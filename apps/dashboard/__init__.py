"""工作台: the home page. Reads all apps, owns no business rule."""
