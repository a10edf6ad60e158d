"""Lists of subsidies."""
