"""Measures how long a person waits: python -m kit.bench."""
