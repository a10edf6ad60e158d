"""Pages of anchors and witnesses, and what other installations ask."""
