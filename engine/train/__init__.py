"""Training from the command line: ``python -m engine.train --help``."""
