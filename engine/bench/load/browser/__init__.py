"""A browser without a screen: what Chromium asks of the app and keeps of it, and nothing else.

It is light, so that many fit beside the server that they measure; a test holds it against Chromium.
"""
