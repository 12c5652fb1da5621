"""The picture of a failure: what was asked, what came, what should have come, and where they part."""
