"""Sections of the page True and learned."""
