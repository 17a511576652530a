"""Sections of the page Exact and learned."""
