"""The user's own data: drawn points, tables and images."""
