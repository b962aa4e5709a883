"""The pages of RIFs."""
