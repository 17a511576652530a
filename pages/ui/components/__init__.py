"""The Python faces of the components in assets/js."""
