"""The demonstration of performance, part by part."""
