"""Given code: nothing to fill in here. See README.md for what each module does."""
