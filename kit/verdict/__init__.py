"""From an answer to words: record, diagnosis, card and board."""
