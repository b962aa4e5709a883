"""The demonstration world: synthetic organisations, people and risk information, made by the domain's own actions."""
