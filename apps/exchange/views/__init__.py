"""The API and the pages around it."""
