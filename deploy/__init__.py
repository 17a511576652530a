"""Several server processes behind nginx or Caddy, and what an image of them is made of."""
