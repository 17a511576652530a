"""Choosing a molecule: by an example, a drawing, a line of text or a file."""
