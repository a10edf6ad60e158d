"""Forms of subsidies."""
