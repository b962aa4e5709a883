"""Commands of the reference app."""
