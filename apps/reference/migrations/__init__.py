"""Steps by which the schema of the reference app came about."""
