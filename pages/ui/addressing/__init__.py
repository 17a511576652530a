"""Addresses of pages, which restore the exact state: what stands in them, and former ones."""
