"""What there is: the exercises, their stubs, their known mistakes."""
