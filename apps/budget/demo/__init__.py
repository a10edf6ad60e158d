"""The demonstration region: real divisions and codes, invented units, amounts and users; never in production."""
