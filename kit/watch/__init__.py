"""Judges at each save: python -m kit.watch."""
