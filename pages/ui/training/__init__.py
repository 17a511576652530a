"""Training a network from a page."""
