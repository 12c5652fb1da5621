"""The pytest plugin: collects, runs alone or side by side, keeps the record."""
