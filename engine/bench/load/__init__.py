"""A class in front of the app: visitors that speak its protocol, and what becomes of the server."""
