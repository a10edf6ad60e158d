"""Acts on projects, one file for each group of verbs."""
